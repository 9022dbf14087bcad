internal import Fleet

/// A named rule about counted resources of a host.
struct ResourceFilter: Sendable {
  /// The rule's name, as a refusal carries it.
  let rule: String
  /// Why the host is refused, with numbers; nil if enough is left.
  let refuses: @Sendable (PlacementRequest, HostSnapshot) -> String?

  /// Every rule about counted resources; they come just before the room of ``RoomFilter``.
  static let table: [ResourceFilter] = [
    // A storage pool is not there, or too little is left of it.
    ResourceFilter(rule: "pool") { request, host in
      for (name, size) in request.constraints.pools.sorted(by: { $0.key < $1.key }) {
        guard let pool = host.traits.pools[name] else { return "wants pool \"\(name.printable)\", it has none" }
        guard size.bytes > pool.free else { continue }
        return "wants \(size) of pool \"\(name.printable)\", \(ByteCount(bytes: pool.free)) of "
          + "\(ByteCount(bytes: pool.total)) is free"
      }
      return nil
    },
    // Too few devices of a kind are left.
    ResourceFilter(rule: "device") { request, host in
      for (kind, number) in request.constraints.devices.sorted(by: { $0.key < $1.key }) where number > 0 {
        guard let device = host.traits.devices[kind] else { return "wants \(kind.printable), it has none" }
        guard Int64(number) > device.free else { continue }
        return "wants \(number) of \(kind.printable), \(device.free) of \(device.total) are free"
      }
      return nil
    },
    // Another VM has the device.
    ResourceFilter(rule: "lent") { request, host in
      for need in request.constraints.needs.filter(\.isHardware).sorted(by: { $0.value < $1.value }) {
        let holder = host.vms.first { vm in
          vm.name != request.spec.name
            && vm.request.constraints.needs.contains { $0.kind == need.kind && $0.value == need.value }
        }
        let name = holder?.name ?? host.traits.lent["\(need.kind.rawValue)/\(need.value)"]
        guard let name, name != request.spec.name else { continue }
        return "wants \(need.value.printable) for \(need.subject.printable), which \"\(name.printable)\" has"
      }
      return nil
    },
    // Too few huge pages are free.
    ResourceFilter(rule: "hugepages") { request, host in
      guard let page = request.constraints.hugePage(of: host.traits.hugePages) else { return nil }
      guard let pages = host.traits.hugePages.first(where: { $0.pageSize == page }) else {
        return "wants pages of \(page), it has none"
      }
      let needed = request.hugePagesNeeded(of: page)
      return needed <= pages.free ? nil : "wants \(needed) pages of \(page), \(pages.free) of \(pages.total) are free"
    },
    // No single NUMA cell has room.
    ResourceFilter(rule: "numa") { request, host in CellPacking.lack(request, on: host) },
  ]

  /// The first rule that refuses a request; returns nil at once for a request without counted resources.
  static func refusal(_ request: PlacementRequest, on host: HostSnapshot) -> Refusal? {
    guard request.countsResources else { return nil }
    for filter in table {
      if let detail = filter.refuses(request, host) {
        return Refusal(host: host.name, rule: filter.rule, detail: detail)
      }
    }
    return nil
  }
}

extension PlacementRequest {
  /// True if it needs anything that ``ResourceFilter`` counts.
  var countsResources: Bool {
    !constraints.pools.isEmpty || !constraints.devices.isEmpty || constraints.hugePage != nil
      || constraints.usesDefaultHugePages || constraints.oneCell || constraints.needs.contains(where: \.isHardware)
  }

  /// How many huge pages of a size its memory takes.
  func hugePagesNeeded(of page: ByteCount) -> Int {
    guard page > .zero else { return 0 }
    let whole = spec.memory.bytes / page.bytes
    return Int(spec.memory.bytes % page.bytes == 0 ? whole : whole + 1)
  }
}
