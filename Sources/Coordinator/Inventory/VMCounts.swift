import Fleet
import Scheduling

/// How many VMs there are of each kind, kept between questions: only changed hosts are counted again.
struct VMCounts: Sendable {
  private var total: [FleetMetrics.Kind: Int] = [:]
  private var hosts: [HostID: [FleetMetrics.Kind: Int]] = [:]
  /// Hosts that have changed since.
  private var stale: Set<HostID> = []

  /// Records that a host, or a VM on it, has changed.
  mutating func touch(_ host: HostID) { stale.insert(host) }

  /// The numbers as they are now.
  mutating func current(_ view: FleetView) -> [FleetMetrics.Kind: Int] {
    for id in stale {
      let now = Self.count(on: id, view)
      for (kind, number) in hosts[id] ?? [:] { total[kind, default: 0] -= number }
      for (kind, number) in now { total[kind, default: 0] += number }
      hosts[id] = now.isEmpty ? nil : now
    }
    stale = []
    total = total.filter { $0.value != 0 }
    return total
  }

  private static func count(on id: HostID, _ view: FleetView) -> [FleetMetrics.Kind: Int] {
    let entry = view.hosts[id]
    var counts: [FleetMetrics.Kind: Int] = [:]
    for vm in view.managedVMs(on: id) {
      let domain = entry?.domains[vm.id]
      let isCurrent = entry?.certainty(of: domain) == .current
      let state = VMObservation.state(vm: vm, observed: domain, isCurrent: isCurrent)
      counts[FleetMetrics.Kind(state: state.name, isManaged: true), default: 0] += 1
    }
    for domain in (entry?.domains ?? [:]).values where view.vms[domain.id]?.hostID != id {
      let state = VMObservation.state(vm: nil, observed: domain)
      counts[FleetMetrics.Kind(state: state.name, isManaged: false), default: 0] += 1
    }
    return counts
  }
}
