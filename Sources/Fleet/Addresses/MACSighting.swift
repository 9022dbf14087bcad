/// A MAC address that was seen on a host outside the fleet's own VMs, and for how long.
public struct MACSighting: Hashable, Sendable {
  /// What has the address.
  public enum Source: String, Hashable, Sendable, CaseIterable {
    /// A domain, in some configuration of it.
    case domain
    /// A fixed host of a libvirt network's DHCP server.
    case dhcp
  }

  /// The address.
  public var mac: MACAddress
  /// What has it.
  public var source: Source
  /// Who has it; for a DHCP reservation the fixed host's name and network.
  public var owner: AddressOwner
  /// The host it was seen on.
  public var hostID: HostID
  /// The libvirt network, or empty.
  public var network: String
  /// The bridge, or empty.
  public var bridge: String
  /// When it was seen first.
  public var firstSeen: Timestamp
  /// When it was seen last, as far as that was written down.
  public var lastSeen: Timestamp
  /// When it was found gone; nil while it stands.
  public var endedAt: Timestamp?

  /// Makes a sighting.
  public init(
    mac: MACAddress, source: Source, owner: AddressOwner, hostID: HostID, network: String = "", bridge: String = "",
    firstSeen: Timestamp, lastSeen: Timestamp, endedAt: Timestamp? = nil
  ) {
    self.mac = mac
    self.source = source
    self.owner = owner
    self.hostID = hostID
    self.network = network
    self.bridge = bridge
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    self.endedAt = endedAt
  }
}
