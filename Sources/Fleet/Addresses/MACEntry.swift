/// One MAC address of the ledger, as people ask for it.
public struct MACEntry: Hashable, Sendable {
  /// The address.
  public var mac: MACAddress
  /// The highest address of a reserved range that begins at `mac`; nil for a single address.
  public var last: MACAddress?
  /// Where it stands.
  public var state: LedgerState
  /// Who has it, or had it last.
  public var owner: AddressOwner
  /// Since when it stands so.
  public var since: Timestamp
  /// Until when, if that is known: the end of a quarantine.
  public var until: Timestamp?
  /// Where it comes from: `pool`, `chosen`, `observed`, `reserved` or `dhcp`.
  public var source: String
  /// Everybody who has it now, when there is more than one.
  public var claimants: [AddressOwner]
  /// What they have in common, while it is in conflict.
  public var conflict: ConflictNote?
  /// True in quarantine if its host left the fleet or was lost: its guest may still run with it.
  public var isLeftBehind: Bool

  /// Makes an entry.
  public init(
    mac: MACAddress, state: LedgerState, owner: AddressOwner, since: Timestamp, until: Timestamp? = nil,
    source: String, claimants: [AddressOwner] = [], last: MACAddress? = nil, conflict: ConflictNote? = nil,
    isLeftBehind: Bool = false
  ) {
    self.mac = mac
    self.state = state
    self.owner = owner
    self.since = since
    self.until = until
    self.source = source
    self.claimants = claimants
    self.last = last
    self.conflict = conflict
    self.isLeftBehind = isLeftBehind
  }
}
