import Fleet
import Scheduling

/// The hosts ready for decisions, kept from one decision to the next: only what has changed is looked at again.
struct DecisionIndex: Sendable {
  private var index: PlacementIndex?
  /// Hosts of which something has changed since.
  private var stale: Set<HostID> = []

  /// Takes in that a host, or a VM on it, has changed.
  mutating func touch(_ host: HostID) { stale.insert(host) }

  /// Takes in that hosts have come, gone or changed their names, or that the policy has changed.
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
    // Given up first, so that the change is made in place.
    index = nil
    for id in stale {
      guard let entry = view.hosts[id] else { continue }
      present.replace(snapshot(entry))
    }
    // Loads come every few seconds and grow old between; the rest of a host stays as it is.
    for entry in view.hosts.values where entry.measurement != nil && !stale.contains(entry.host.id) {
      let traits = entry.measuredTraits(at: now)
      present.measure(entry.host.name, load: traits.load, ageSeconds: traits.loadAgeSeconds)
    }
    present.prepare()
    (index, stale) = (present, Self.aging(view))
    return present
  }

  /// Hosts that nobody hears of: how long is part of what a refusal says.
  private static func aging(_ view: FleetView) -> Set<HostID> {
    Set(view.hosts.values.filter { !$0.isCurrent }.map(\.host.id))
  }
}
