/// A graphics server: `<graphics type>`.
public struct GraphicsKind: DocumentWord {
  /// The word as libvirt writes it.
  public let rawValue: String

  /// A word as libvirt writes it.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// VNC.
  public static let vnc: GraphicsKind = "vnc"
  /// SPICE.
  public static let spice: GraphicsKind = "spice"
  /// A window on the host.
  public static let sdl: GraphicsKind = "sdl"
  /// Rendering without a server.
  public static let headless: GraphicsKind = "egl-headless"
  /// D-Bus.
  public static let dbus: GraphicsKind = "dbus"
}
