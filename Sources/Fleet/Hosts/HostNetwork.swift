/// A libvirt network of a host.
public struct HostNetwork: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// Its bridge, or empty.
  public var bridge: String
  /// True while it runs.
  public var isActive: Bool
  /// True if it starts with libvirt.
  public var autostart: Bool
  /// Its forward mode; empty for an isolated network.
  public var forward: String
  /// The guests whose addresses its DHCP server keeps.
  public var reservations: [DHCPReservation]

  /// Makes the value.
  public init(
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

/// A guest that a libvirt network's DHCP server always gives the same address.
public struct DHCPReservation: Hashable, Sendable {
  /// The guest's MAC address.
  public var mac: MACAddress
  /// The IP address it gets.
  public var ip: String
  /// The name it gets, or empty.
  public var name: String

  /// Makes a reservation.
  public init(mac: MACAddress, ip: String, name: String = "") {
    self.mac = mac
    self.ip = ip
    self.name = name
  }
}
