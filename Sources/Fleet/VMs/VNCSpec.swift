/// A VM's VNC display.
public struct VNCSpec: Hashable, Sendable {
  /// The address QEMU listens on; loopback unless somebody asked otherwise.
  public var listen: String
  /// RFB keyboard layout such as `en-us`, or nil.
  public var keymap: String?

  /// Makes a display.
  public init(listen: String = "127.0.0.1", keymap: String? = nil) {
    self.listen = listen
    self.keymap = keymap
  }

  func check() throws(FleetError) {
    guard IPAddress.isAddress(listen) else {
      throw FleetError(.invalid, "\"\(listen.printable)\" is not an IP address for VNC to listen on")
    }
    if let keymap { try Name.checked(keymap, of: "keymap") }
  }
}
