/// A MAC address that was seen on a host outside the fleet's own VMs, and for how long.
package struct MACSighting: Hashable, Sendable {
  /// What has the address.
  package enum Source: String, Hashable, Sendable, CaseIterable {
    /// A domain, in some configuration of it.
    case domain
    /// A fixed host of a libvirt network's DHCP server.
    case dhcp
  }

  /// The address.
  package var mac: MACAddress
  /// What has it.
  package var source: Source
  /// Who has it; for a DHCP reservation the fixed host's name and network.
  package var owner: AddressOwner
  /// The host it was seen on.
  package var hostID: HostID
  /// The libvirt network, or empty.
  package var network: String
  /// The bridge, or empty.
  package var bridge: String
  /// When it was seen first.
  package var firstSeen: Timestamp
  /// When it was seen last, as far as that was written down.
  package var lastSeen: Timestamp
  /// When it was found gone; nil while it stands.
  package var endedAt: Timestamp?

  /// Makes a sighting.
  package init(
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
