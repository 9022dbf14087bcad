import Fleet

extension Inventory {
  /// The VMs that have such an address or port, by name, then host; answered from indexes.
  func find(_ query: AddressQuery) -> [VMSummary] {
    var result: [VMSummary] = []
    var managedIDs = managed.ids(of: query)
    for entry in view.hosts.values {
      for id in query.ids(in: entry.index) {
        guard let domain = entry.domains[id] else { continue }
        if view.vms[id]?.hostID == entry.host.id {
          managedIDs.insert(id)
        } else {
          result.append(view.summary(ofUnmanaged: domain, on: entry))
        }
      }
    }
    for id in managedIDs {
      guard let vm = view.vms[id] else { continue }
      let domain = view.hosts[vm.hostID]?.domains[id]
      let summary = view.summary(of: vm)
      let macs = Set(vm.allocations.macs).union(domain?.macs ?? [])
      let ports = Set([vm.allocations.vncPort].compactMap { $0 }).union(domain?.displayPorts ?? [])
      if query.matches(summary, macs: macs, ports: ports) { result.append(summary) }
    }
    return result.sorted { ($0.name, $0.host, $0.id) < ($1.name, $1.host, $1.id) }
  }
}
