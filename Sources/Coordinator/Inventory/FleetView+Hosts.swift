import Fleet
import Scheduling

extension FleetView {
  /// All hosts as a listing shows them, by name.
  var hostSummaries: [HostSummary] {
    let managed = Dictionary(grouping: vms.values, by: \.hostID)
    let given = givenMACs
    return sortedHosts.map { summary(of: $0, managed: managed[$0.host.id] ?? [], given: given) }
  }

  /// One host as a listing shows it.
  func summary(of entry: HostEntry) -> HostSummary {
    summary(of: entry, managed: vms.values.filter { $0.hostID == entry.host.id }, given: givenMACs)
  }

  private func summary(
    of entry: HostEntry, managed: [ManagedVM], given: [MACAddress: VMID]
  ) -> HostSummary {
    let checks = entry.facts?.checks ?? []
    let unseen = managed.count { entry.domains[$0.id] == nil }
    let reserved = Capacity.reserved(managed: managed, unmanaged: []) + unmanagedReservation(on: entry.host.id)
    return HostSummary(
      name: entry.host.name, id: entry.host.id, state: entry.state, reason: entry.reason, seenAt: entry.dataSeenAt,
      capacity: entry.facts?.capacity ?? entry.host.capacity, reserved: reserved,
      vms: entry.domains.count + unseen, acceleration: entry.facts?.kvmUsable == true ? "kvm" : "tcg",
      checksPassed: checks.count { $0.result == .pass }, checksWarned: checks.count { $0.result == .warn },
      checksFailed: checks.count { $0.result == .fail }, labels: entry.host.labels,
      notes: notes(of: entry, given: given), isDisregarded: entry.host.isDisregarded)
  }
}
