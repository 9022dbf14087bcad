/// A VM's VNC display.
package struct VNCSpec: Hashable, Sendable {
  /// The address that QEMU listens on; loopback by default, and without meaning for a socket.
  package var listen: String
  /// RFB keyboard layout such as `en-us`, or nil.
  package var keymap: String?
  /// True if it listens on a unix socket of its host, which libvirt makes, and at no TCP port.
  package var isSocket: Bool

  /// Makes a display.
  package init(listen: String = "127.0.0.1", keymap: String? = nil, isSocket: Bool = false) {
    self.listen = listen
    self.keymap = keymap
    self.isSocket = isSocket
  }

  func check() throws(FleetError) {
    guard IPAddress.isAddress(listen) else {
      throw FleetError(.invalid, "\"\(listen.printable)\" is not an IP address for VNC to listen on")
    }
    if let keymap { try NameRule.checked(keymap, of: "keymap") }
  }
}

extension VNCSpec: Codable {
  private enum CodingKeys: String, CodingKey {
    case listen, keymap
    case isSocket = "socket"
  }

  /// Reads a display; one that the first releases stored has a port.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      listen: try fields.decode(String.self, forKey: .listen),
      keymap: try fields.decodeIfPresent(String.self, forKey: .keymap),
      isSocket: try fields.decodeIfPresent(Bool.self, forKey: .isSocket) ?? false)
  }

  /// Writes the display; one with a port as the first releases did.
  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(listen, forKey: .listen)
    try fields.encodeIfPresent(keymap, forKey: .keymap)
    if isSocket { try fields.encode(isSocket, forKey: .isSocket) }
  }
}

/// How a VM's VNC display is reached on its host.
package enum VNCMode: String, Hashable, Sendable, CaseIterable, Word {
  /// At a TCP port, which no other VM of the fleet has.
  case port
  /// On a unix socket of the host; libvirt hands the agent a connection to it.
  case socket
  /// The VM has no display.
  case none

  /// The mode of a display; nil stands for no display.
  package init(of display: VNCSpec?) {
    self = display.map { $0.isSocket ? .socket : .port } ?? .none
  }

  /// A display of this mode that keeps the keymap, and the address for a port, of the present one; nil for none.
  package func display(like present: VNCSpec?) -> VNCSpec? {
    var display = present ?? VNCSpec()
    switch self {
    case .port: display.isSocket = false
    case .socket: display.isSocket = true
    case .none: return nil
    }
    return display
  }

  /// The display of this mode in words, such as `a VNC display on a socket`.
  package var sentence: String {
    switch self {
    case .port: "a VNC display at a port"
    case .socket: "a VNC display on a socket"
    case .none: "no VNC display"
    }
  }

  /// The mode with this name.
  /// - Throws: ``FleetError`` with code `invalid` for any other text.
  package init(named text: String) throws(FleetError) {
    guard let mode = VNCMode(rawValue: text) else {
      throw FleetError(.invalid, "\"\(text.printable)\" is not a kind of VNC display", hint: "use port, socket or none")
    }
    self = mode
  }
}
