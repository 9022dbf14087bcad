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
