/// Where a MAC address is plugged in now.
public struct MACPlace: Hashable, Sendable {
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
