/// One libvirt domain as an agent last saw it, managed or not.
public struct ObservedDomain: Hashable, Sendable {
  /// Its UUID.
  public var id: VMID
  /// Its name on the host.
  public var name: String
  /// Its power state.
  public var state: DomainState
  /// True if libvirt keeps its definition.
  public var isPersistent: Bool
  /// True if it starts with libvirt.
  public var autostart: Bool
  /// True if a managed-save image waits for its next start.
  public var hasManagedSave: Bool
  /// The running guest's configuration; nil if it is off.
  public var live: DomainConfiguration?
  /// The stored configuration; nil for a transient domain.
  public var saved: DomainConfiguration?
  /// Configurations kept in snapshots and managed-save images.
  public var kept: [DomainConfiguration]
  /// Roost's mark, if it has one.
  public var mark: FleetMark?
  /// Addresses its NICs are known by.
  public var leases: [AddressLease]
  /// When the agent looked.
  public var seenAt: Timestamp
  /// True if it is off because its guest was moved to another host.
  public var isMovedAway: Bool
  /// Why it can't be read now; all else is then as it was last seen. Nil while it can be read.
  public var unread: ReadFailure?

  /// Makes the value.
  public init(
    id: VMID, name: String, state: DomainState, isPersistent: Bool = true, autostart: Bool = false,
    hasManagedSave: Bool = false, live: DomainConfiguration? = nil, saved: DomainConfiguration? = nil,
    kept: [DomainConfiguration] = [], mark: FleetMark? = nil, leases: [AddressLease] = [], seenAt: Timestamp,
    isMovedAway: Bool = false,
    unread: ReadFailure? = nil
  ) {
    self.id = id
    self.name = name
    self.state = state
    self.isPersistent = isPersistent
    self.autostart = autostart
    self.hasManagedSave = hasManagedSave
    self.live = live
    self.saved = saved
    self.kept = kept
    self.mark = mark
    self.leases = leases
    self.seenAt = seenAt
    self.isMovedAway = isMovedAway
    self.unread = unread
  }
}

/// Why something of a host can't be read, and since when.
public struct ReadFailure: Hashable, Sendable {
  /// Since when.
  public var since: Timestamp
  /// What failed, one sentence that names the call.
  public var reason: String

  /// Makes a failure.
  public init(since: Timestamp, reason: String) {
    self.since = since
    self.reason = reason
  }
}
