import Fleet

extension FleetView {
  /// What every host and every running VM uses, as last measured; silent hosts with what was last known of them.
  var usage: FleetUsage {
    let entries = sortedHosts
    let vms = entries.flatMap { entry in
      entry.domains.values.filter(\.state.isActive).map { entry.usage(of: $0) }
    }
    return FleetUsage(
      hosts: entries.map(\.usage), vms: vms.sorted { ($0.name, $0.host, $0.id) < ($1.name, $1.host, $1.id) })
  }
}
