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
