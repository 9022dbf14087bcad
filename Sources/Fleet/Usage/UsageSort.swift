/// The order of `roost top`.
package enum UsageSort: String, CaseIterable, Sendable {
  /// The most processor time.
  case cpu
  /// The most memory.
  case memory
  /// The most bytes to and from disks.
  case disk
  /// The most bytes to and from the network.
  case network
  /// In the order of names.
  case name

  /// The VMs in this order, those of silent hosts last; equals by name.
  package func sorted(_ vms: [VMUsage]) -> [VMUsage] {
    vms.map { (vm: $0, amount: amount(of: $0)) }.sorted { left, right in
      if left.vm.isCurrent != right.vm.isCurrent { return left.vm.isCurrent }
      if left.amount != right.amount { return left.amount > right.amount }
      return (left.vm.name, left.vm.host) < (right.vm.name, right.vm.host)
    }.map(\.vm)
  }

  /// The hosts in this order, silent ones last. Disk and network of a host are not measured, so these orders sort by
  /// name.
  package func sorted(_ hosts: [HostUsage]) -> [HostUsage] {
    hosts.map { (host: $0, amount: amount(of: $0)) }.sorted { left, right in
      if left.host.isSilent != right.host.isSilent { return right.host.isSilent }
      if left.amount != right.amount { return left.amount > right.amount }
      return left.host.name < right.host.name
    }.map(\.host)
  }

  /// VMs without a measurement come last.
  private func amount(of vm: VMUsage) -> Double {
    func sum(_ one: Double?, _ other: Double?) -> Double { one == nil && other == nil ? -1 : (one ?? 0) + (other ?? 0) }
    return switch self {
    case .cpu: vm.rates.cpus ?? -1
    case .memory: vm.memoryUsed.map { Double($0.bytes) } ?? -1
    case .disk: sum(vm.rates.readBytesPerSecond, vm.rates.writtenBytesPerSecond)
    case .network: sum(vm.rates.receivedBytesPerSecond, vm.rates.sentBytesPerSecond)
    case .name: 0
    }
  }

  private func amount(of host: HostUsage) -> Double {
    switch self {
    case .cpu: host.load.map { $0 / Double(max(1, host.cpus)) } ?? -1
    case .memory: host.memoryFree.map { Double(host.memory.bytes) - Double($0.bytes) } ?? -1
    case .disk, .network, .name: 0
    }
  }
}

extension HostUsage {
  /// True if its measurements are old.
  package var isSilent: Bool {
    switch state {
    case .ready, .cordoned, .draining, .degraded: false
    case .libvirtDown, .unreachable, .fenced, .revoked: true
    }
  }
}

/// The part of the usage that a listing shows.
package struct UsageQuery: Hashable, Sendable {
  /// The only host; nil for all.
  package var host: String?
  /// True for no VMs.
  package var hostsOnly: Bool
  /// The order; nil keeps the present one.
  package var sort: UsageSort?
  /// The most VMs, or hosts if there are no VMs; nil for all.
  package var limit: Int?

  package init(host: String? = nil, hostsOnly: Bool = false, sort: UsageSort? = nil, limit: Int? = nil) {
    self.host = host
    self.hostsOnly = hostsOnly
    self.sort = sort
    self.limit = limit
  }
}

extension FleetUsage {
  /// The chosen VMs in their order, with the hosts that they and the query name; or the chosen hosts.
  /// - Throws: ``FleetError`` with code `notFound` for a host that is not in the fleet.
  package func chosen(_ query: UsageQuery) throws(FleetError) -> FleetUsage {
    if let host = query.host, !hosts.contains(where: { $0.name == host }) {
      throw FleetError(.notFound, "there is no host \"\(host.printable)\"", hint: "list them: roost host list")
    }
    let hosts = hosts.filter { query.host == nil || $0.name == query.host }
    let limit = query.limit ?? .max
    guard !query.hostsOnly else {
      return FleetUsage(hosts: Array((query.sort?.sorted(hosts) ?? hosts).prefix(limit)), vms: [])
    }
    let all = vms.filter { query.host == nil || $0.host == query.host }
    let chosen = Array((query.sort?.sorted(all) ?? all).prefix(limit))
    guard query.limit != nil, query.host == nil else { return FleetUsage(hosts: hosts, vms: chosen) }
    let named = Set(chosen.map(\.host))
    return FleetUsage(hosts: hosts.filter { named.contains($0.name) }, vms: chosen)
  }
}
