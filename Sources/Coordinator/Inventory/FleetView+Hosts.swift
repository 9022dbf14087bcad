import Fleet

extension FleetView {
  /// All hosts as a listing shows them, by name.
  var hostSummaries: [HostSummary] { sortedHosts.map(summary(of:)) }

  /// One host as a listing shows it.
  func summary(of entry: HostEntry) -> HostSummary {
    let checks = entry.facts?.checks ?? []
    let managedHere = vms.values.filter { $0.hostID == entry.host.id && entry.domains[$0.id] == nil }.count
    return HostSummary(
      name: entry.host.name, id: entry.host.id, state: entry.state, reason: entry.reason, seenAt: entry.dataSeenAt,
      capacity: entry.facts?.capacity ?? entry.host.capacity, reserved: reserved(on: entry.host.id),
      vms: entry.domains.count + managedHere, acceleration: entry.facts?.kvmUsable == true ? "kvm" : "tcg",
      checksPassed: checks.count { $0.result == .pass }, checksWarned: checks.count { $0.result == .warn },
      checksFailed: checks.count { $0.result == .fail }, labels: entry.host.labels)
  }
}
