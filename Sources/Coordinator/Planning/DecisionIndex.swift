import Fleet
import Scheduling

/// The hosts ready for decisions, kept between decisions: only changed hosts are examined again.
struct DecisionIndex: Sendable {
  private var index: PlacementIndex?
  /// Hosts that have changed since.
  private var stale: Set<HostID> = []

  /// Records that a host, or a VM on it, has changed.
  mutating func touch(_ host: HostID) { stale.insert(host) }

  /// Records that hosts were added, removed or renamed, or that the policy has changed.
  mutating func forget() {
    index = nil
    stale = []
  }

  /// The hosts as they are now.
  mutating func current(_ view: FleetView, _ managed: ManagedIndex, now: Timestamp) -> PlacementIndex {
    func snapshot(_ entry: HostEntry) -> HostSnapshot {
      let ids = managed.hosts[entry.host.id] ?? []
      return view.snapshot(of: entry, managed: ids.compactMap { view.vms[$0] }, now: now)
    }
    guard var present = index else {
      let built = PlacementIndex(view.hosts.values.map(snapshot), under: view.policy)
      (index, stale) = (built, Self.aging(view))
      return built
    }
    // Released first, so that the change is made in place.
    index = nil
    for id in stale {
      guard let entry = view.hosts[id] else { continue }
      present.replace(snapshot(entry))
    }
    // Loads change every few seconds and age in between; the rest of a host stays.
    for entry in view.hosts.values where entry.measurement != nil && !stale.contains(entry.host.id) {
      let traits = entry.measuredTraits(at: now)
      present.measure(entry.host.name, load: traits.load, ageSeconds: traits.loadAgeSeconds)
    }
    present.prepare()
    (index, stale) = (present, Self.aging(view))
    return present
  }

  /// Unreachable hosts. They are refreshed each time because refusals quote the age of their data.
  private static func aging(_ view: FleetView) -> Set<HostID> {
    Set(view.hosts.values.filter { !$0.isCurrent }.map(\.host.id))
  }
}
