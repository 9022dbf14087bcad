/// A libvirt network of a host.
package struct HostNetwork: Hashable, Sendable {
  /// Its name.
  package var name: String
  /// Its bridge, or empty.
  package var bridge: String
  /// True while it runs.
  package var isActive: Bool
  /// True if it starts with libvirt.
  package var autostart: Bool
  /// Its forward mode; empty for an isolated network.
  package var forward: String
  /// The reservations of its DHCP server.
  package var reservations: [DHCPReservation]

  package init(
    name: String, bridge: String, isActive: Bool, autostart: Bool, forward: String = "",
    reservations: [DHCPReservation] = []
  ) {
    self.name = name
    self.bridge = bridge
    self.isActive = isActive
    self.autostart = autostart
    self.forward = forward
    self.reservations = reservations
  }
}

/// A guest to which a libvirt network's DHCP server always gives the same address.
package struct DHCPReservation: Hashable, Sendable {
  /// The guest's MAC address.
  package var mac: MACAddress
  /// The IP address it gets.
  package var ip: String
  /// The name it gets, or empty.
  package var name: String

  /// Makes a reservation.
  package init(mac: MACAddress, ip: String, name: String = "") {
    self.mac = mac
    self.ip = ip
    self.name = name
  }
}
