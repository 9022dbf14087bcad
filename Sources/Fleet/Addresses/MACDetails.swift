/// All that is known of one MAC address.
public struct MACDetails: Hashable, Sendable {
  /// Who has it now, or had it last.
  public var entry: MACLedgerEntry
  /// The interfaces that have it now.
  public var places: [MACAttachment]
  /// Everybody who ever had it, oldest first.
  public var history: [MACHolding]

  /// Makes a report.
  public init(entry: MACLedgerEntry, places: [MACAttachment], history: [MACHolding]) {
    self.entry = entry
    self.places = places
    self.history = history
  }
}

/// A stretch of time in which somebody had a MAC address.
public struct MACHolding: Hashable, Sendable {
  /// Who had it.
  public var owner: AddressOwner
  /// How it was had: `allocated`, `reserved`, `quarantined` or `observed`.
  public var state: LedgerState
  /// Where that is known from: `pool`, `chosen`, `observed`, `reserved`, `domain` or `dhcp`.
  public var source: String
  /// Since when.
  public var from: Timestamp
  /// Until when; nil while it lasts.
  public var to: Timestamp?
  /// The libvirt network, or empty.
  public var network: String
  /// The bridge, or empty.
  public var bridge: String

  /// Makes a hold.
  public init(
    owner: AddressOwner, state: LedgerState, source: String, from: Timestamp, to: Timestamp?, network: String = "",
    bridge: String = ""
  ) {
    self.owner = owner
    self.state = state
    self.source = source
    self.from = from
    self.to = to
    self.network = network
    self.bridge = bridge
  }
}

/// Where a MAC address is plugged in now.
public struct MACAttachment: Hashable, Sendable {
  /// Whose interface it is.
  public var owner: AddressOwner
  /// The libvirt network, or empty.
  public var network: String
  /// The bridge, or empty.
  public var bridge: String
  /// The addresses the guest is known by there.
  public var addresses: [NICAddress]
  /// True while the VM runs.
  public var isRunning: Bool
  /// When its host last told of it.
  public var seenAt: Timestamp?

  /// Makes a place.
  public init(
    owner: AddressOwner, network: String, bridge: String, addresses: [NICAddress], isRunning: Bool, seenAt: Timestamp?
  ) {
    self.owner = owner
    self.network = network
    self.bridge = bridge
    self.addresses = addresses
    self.isRunning = isRunning
    self.seenAt = seenAt
  }
}
