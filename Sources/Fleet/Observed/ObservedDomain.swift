/// One libvirt domain, managed or not, as an agent last saw it.
package struct ObservedDomain: Hashable, Sendable {
  /// Its UUID.
  package var id: VMID
  /// Its name on the host.
  package var name: String
  /// Its power state.
  package var state: DomainState
  /// True if libvirt keeps its definition.
  package var isPersistent: Bool
  /// True if it starts with libvirt.
  package var autostart: Bool
  /// True if its next start will restore a managed-save image.
  package var hasManagedSave: Bool
  /// The running guest's configuration; nil if it is off.
  @Shared package var live: DomainConfiguration?
  /// The stored configuration; nil for a transient domain.
  @Shared package var saved: DomainConfiguration?
  /// Configurations in snapshots and managed-save images.
  package var kept: [DomainConfiguration]
  /// Roost's mark, if it has one.
  @Shared package var mark: VMMark?
  /// IP addresses of its NICs.
  package var leases: [AddressLease]
  /// When the agent read it.
  package var seenAt: Timestamp
  /// True if it is off because its guest was migrated to another host.
  package var isMovedAway: Bool
  /// Why it can't be read now; the rest is then as last seen. Nil while it can be read.
  @Shared package var unread: ReadFailure?

  package init(
    id: VMID, name: String, state: DomainState, isPersistent: Bool = true, autostart: Bool = false,
    hasManagedSave: Bool = false, live: DomainConfiguration? = nil, saved: DomainConfiguration? = nil,
    kept: [DomainConfiguration] = [], mark: VMMark? = nil, leases: [AddressLease] = [], seenAt: Timestamp,
    isMovedAway: Bool = false,
    unread: ReadFailure? = nil
  ) {
    self.id = id
    self.name = name
    self.state = state
    self.isPersistent = isPersistent
    self.autostart = autostart
    self.hasManagedSave = hasManagedSave
    _live = Shared(wrappedValue: live)
    // Of a running guest's two configurations most is equal; a fleet in memory holds that once.
    _saved = live == saved ? _live : Shared(wrappedValue: saved?.sharing(live))
    self.kept = kept
    _mark = Shared(wrappedValue: mark)
    self.leases = leases
    self.seenAt = seenAt
    self.isMovedAway = isMovedAway
    _unread = Shared(wrappedValue: unread)
  }
}

/// Why something on a host can't be read, and since when.
package struct ReadFailure: Hashable, Sendable {
  /// When that began.
  package var since: Timestamp
  /// What failed, one sentence that names the call.
  package var reason: String

  /// Makes a failure.
  package init(since: Timestamp, reason: String) {
    self.since = since
    self.reason = reason
  }
}

extension ObservedDomain {
  /// All its configurations: live, saved, and kept in snapshots.
  package var configurations: [DomainConfiguration] {
    [live, saved].compactMap { $0 } + kept
  }

  /// The configuration in force: live if it runs, else saved.
  package var effective: DomainConfiguration? { live ?? saved ?? kept.first }

  /// Every MAC address it has in any configuration.
  package var macs: Set<MACAddress> {
    Set(configurations.flatMap { $0.nics.compactMap(\.mac) + $0.passedMACs })
  }

  /// Every display port that it uses or that its definition names.
  package var displayPorts: Set<Int> {
    Set(configurations.flatMap { configuration in configuration.graphics.compactMap(\.port) }.filter { $0 > 0 })
  }
}

/// A domain's power state, in libvirt's terms.
package enum DomainState: String, Hashable, Sendable, CaseIterable {
  /// The guest runs.
  case running
  /// The guest waits for a resource.
  case blocked
  /// The guest is paused in memory.
  case paused
  /// The guest is shutting down.
  case shuttingDown = "shutting_down"
  /// The guest is off.
  case stopped
  /// The guest crashed, and its QEMU still exists.
  case crashed
  /// The guest sleeps by its own power management.
  case suspended
  /// libvirt did not report it.
  case unknown

  /// True while a QEMU process exists.
  package var isActive: Bool {
    switch self {
    case .running, .blocked, .paused, .shuttingDown, .suspended, .crashed: true
    case .stopped, .unknown: false
    }
  }

  /// True unless it is certain that no QEMU process exists.
  package var mayBeActive: Bool { self != .stopped }

  /// The state in words, such as `shutting down`.
  package var words: String {
    switch self {
    case .running, .blocked: "running"
    case .paused: "paused"
    case .shuttingDown: "shutting down"
    case .stopped: "off"
    case .crashed: "crashed, with its QEMU kept"
    case .suspended: "asleep by its own power management"
    case .unknown: "in a state that libvirt does not tell"
    }
  }
}

extension ObservedDomain {
  /// True if a file is a disk of it or lies beneath one, as far as it can be read.
  package func needs(_ path: String) -> Bool {
    configurations.flatMap(\.disks).contains { $0.path == path || $0.beneath.contains(path) }
  }
}
