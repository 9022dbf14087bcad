import Fleet
import Scheduling

/// The hosts ready for decisions, kept between decisions: only changed hosts are examined again.
struct DecisionIndex: Sendable {
  private var index: PlacementIndex?
  /// Hosts that have changed since.
  private var stale: Set<HostID> = []
  /// Hosts that have been measured since.
  private var measured: Set<HostID> = []
  /// When ages were last counted; nil for never.
  private var countedAt: Timestamp?

  /// How long ages stay as they are: they are said in seconds, and counting them costs a look at every host.
  private static let ageSeconds = 1.0

  /// Records that a host, or a VM on it, has changed.
  mutating func touch(_ host: HostID) { stale.insert(host) }

  /// Records that a host's agent has measured its load.
  mutating func measure(_ host: HostID) { measured.insert(host) }

  /// Records that hosts were added, removed or renamed, or that the policy has changed.
  mutating func forget() {
    index = nil
    stale = []
    measured = []
    countedAt = nil
  }

  /// The hosts as they are now; ages may be a second old.
  mutating func current(_ view: FleetView, _ managed: ManagedIndex, now: Timestamp) -> PlacementIndex {
    func snapshot(_ entry: HostEntry) -> HostSnapshot {
      let ids = managed.hosts[entry.host.id] ?? []
      return view.snapshot(of: entry, managed: ids.compactMap { view.vms[$0] }, now: now)
    }
    guard var present = index, !present.isWorn else {
      let built = PlacementIndex(view.hosts.values.map(snapshot), under: view.policy)
      (index, stale, measured, countedAt) = (built, [], [], now)
      return built
    }
    // Released first, so that the change is made in place.
    index = nil
    // The clock may have been set back.
    if countedAt.map({ abs(now.seconds(since: $0)) >= Self.ageSeconds }) ?? true {
      countedAt = now
      for (id, entry) in view.hosts {
        // Refusals quote how old the data of an unreachable host is.
        if !entry.isCurrent { stale.insert(id) }
        if entry.measurement != nil { measured.insert(id) }
      }
    }
    for id in stale {
      guard let entry = view.hosts[id] else { continue }
      present.replace(snapshot(entry))
    }
    // The load of a host changes every few seconds; the rest of it stays.
    for id in measured.subtracting(stale) {
      guard let entry = view.hosts[id], entry.measurement != nil else { continue }
      let traits = entry.measuredTraits(at: now)
      present.measure(entry.host.name, load: traits.load, ageSeconds: traits.loadAgeSeconds)
    }
    present.prepare()
    (index, stale, measured) = (present, [], [])
    return present
  }
}
