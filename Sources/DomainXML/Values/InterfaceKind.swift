/// What an interface is plugged into: `<interface type>`.
public struct InterfaceKind: DocumentWord {
  /// The word as libvirt writes it.
  public let rawValue: String

  /// A word as libvirt writes it.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// A network of libvirt's.
  public static let network: InterfaceKind = "network"
  /// A bridge of the host.
  public static let bridge: InterfaceKind = "bridge"
  /// A device of the host, by macvtap.
  public static let direct: InterfaceKind = "direct"
  /// QEMU's user-mode network.
  public static let user: InterfaceKind = "user"
  /// A tap device without more.
  public static let ethernet: InterfaceKind = "ethernet"
  /// A device of the host, passed through.
  public static let hostdev: InterfaceKind = "hostdev"
  /// A virtio device in hardware.
  public static let vdpa: InterfaceKind = "vdpa"
  /// A switch behind a socket of the host.
  public static let vhostUser: InterfaceKind = "vhostuser"
}
