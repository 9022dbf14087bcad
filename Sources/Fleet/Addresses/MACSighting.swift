/// A MAC address that a host reports outside of the managed VMs, with the period in which it was seen.
package struct MACSighting: Hashable, Sendable {
  /// The kind of its user.
  package enum Source: String, Hashable, Sendable, CaseIterable {
    /// A domain, in some configuration of it.
    case domain
    /// A DHCP reservation of a libvirt network.
    case dhcp
  }

  /// The address.
  package var mac: MACAddress
  /// The kind of its user.
  package var source: Source
  /// Its user; for a DHCP reservation, the reservation's name and network.
  package var owner: AddressOwner
  /// The host it was seen on.
  package var hostID: HostID
  /// The libvirt network, or empty.
  package var network: String
  /// The bridge, or empty.
  package var bridge: String
  /// When it was seen first.
  package var firstSeen: Timestamp
  /// The last recorded sighting.
  package var lastSeen: Timestamp
  /// When it was found gone; nil while it is there.
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
