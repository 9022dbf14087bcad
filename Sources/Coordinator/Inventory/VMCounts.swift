import Fleet
import Scheduling

/// How many VMs there are, and what they reserve, kept between questions: only changed hosts are counted again.
struct VMCounts: Sendable {
  /// The VMs of one host.
  struct OfHost: Sendable {
    fileprivate(set) var kinds: [FleetMetrics.Kind: Int] = [:]
    /// All of them, also those that should be there and are not.
    fileprivate(set) var all = 0
    /// What they reserve.
    fileprivate(set) var reserved = Reservation()
  }

  /// The VMs of all hosts.
  private(set) var kinds: [FleetMetrics.Kind: Int] = [:]
  /// The VMs of each host that has any.
  private(set) var hosts: [HostID: OfHost] = [:]
  /// Hosts that have changed since.
  private var stale: Set<HostID> = []

  /// Records that a host, or a VM on it, has changed.
  mutating func touch(_ host: HostID) { stale.insert(host) }

  /// Counts again what has changed.
  mutating func update(_ view: FleetView) {
    for id in stale {
      let now = Self.count(on: id, view)
      for (kind, number) in hosts[id]?.kinds ?? [:] { kinds[kind, default: 0] -= number }
      for (kind, number) in now.kinds { kinds[kind, default: 0] += number }
      hosts[id] = now.kinds.isEmpty ? nil : now
    }
    stale = []
    kinds = kinds.filter { $0.value != 0 }
  }

  private static func count(on id: HostID, _ view: FleetView) -> OfHost {
    let entry = view.hosts[id]
    let domains = entry?.domains ?? [:]
    let managed = view.managedVMs(on: id)
    let unmanaged = domains.values.filter { view.vms[$0.id]?.hostID != id }
    var counts = OfHost()
    for vm in managed {
      let domain = domains[vm.id]
      let isCurrent = entry?.certainty(of: domain) == .current
      let state = VMObservation.state(vm: vm, observed: domain, isCurrent: isCurrent)
      counts.kinds[FleetMetrics.Kind(state: state.name, isManaged: true), default: 0] += 1
    }
    for domain in unmanaged {
      let state = VMObservation.state(vm: nil, observed: domain)
      counts.kinds[FleetMetrics.Kind(state: state.name, isManaged: false), default: 0] += 1
    }
    counts.all = managed.count + unmanaged.count
    counts.reserved = Capacity.reserved(managed: managed, unmanaged: unmanaged)
    return counts
  }
}
