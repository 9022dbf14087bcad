internal import Fleet

/// Explains why each host takes no more of the counted VMs.
struct FitLimits {
  private let request: PlacementRequest
  private let policy: PlacementPolicy
  private let packing: PackingState
  private let result: FitSearch.Result

  init(_ request: PlacementRequest, _ policy: PlacementPolicy, _ search: FitSearch, _ result: FitSearch.Result) {
    self.request = request
    self.policy = policy
    packing = search.packing
    self.result = result
  }

  /// One refusal for each host, by name.
  var refusals: [Refusal] {
    let full = zip(packing.hosts, result.counts).map { filled($0, $1) }
    let tally = RuleTally(request, under: policy) { group in
      zip(packing.hosts, result.counts).map { host, count in
        (host, count + host.vms.count { $0.request.constraints.groups.contains(group) })
      }
    }
    let witness = result.witness.map { packing.hosts[$0].name }.joined(separator: " and ")
    let verb = result.witness.count == 1 ? "fails" : "fail"
    let survival =
      !result.reason.isEmpty
      ? result.reason
      : witness.isEmpty
        ? "one more would leave too little for what a host's loss sets free"
        : "if \(witness) \(verb), the others have no room for one more"
    return full.map { host in
      Placement.refusal(request, host, tally) ?? Refusal(host: host.name, rule: "survive", detail: survival)
    }
  }

  /// The host with `count` of the counted VMs on it.
  private func filled(_ host: HostSnapshot, _ count: Int) -> HostSnapshot {
    guard count > 0 else { return host }
    var host = host
    let size = request.spec.reservation
    host.reserved += Reservation(
      vcpus: size.vcpus.times(count), memory: ByteCount(bytes: Int64(Int(size.memory.bytes).times(count))),
      disk: ByteCount(bytes: Int64(Int(size.disk.bytes).times(count))))
    if request.constraints.oneCell { host.vms += Array(repeating: PlacedVM(request).renamed, count: count) }
    for (name, size) in request.constraints.pools {
      host.traits.pools[name]?.reserve(Int64(Int(size.bytes).times(count)))
    }
    for (kind, number) in request.constraints.devices {
      host.traits.devices[kind]?.reserve(Int64(number.times(count)))
    }
    if let page = request.constraints.hugePage(of: host.traits.hugePages),
      let index = host.traits.hugePages.firstIndex(where: { $0.pageSize == page })
    {
      host.traits.hugePages[index].take(request.hugePagesNeeded(of: page).times(count))
    }
    return host
  }
}

extension PlacedVM {
  /// A copy under another name.
  fileprivate var renamed: PlacedVM {
    var vm = self
    vm.request.spec.name += "+"
    return vm
  }
}
