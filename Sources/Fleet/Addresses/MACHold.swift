/// A stretch of time in which somebody had a MAC address.
public struct MACHold: Hashable, Sendable {
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
