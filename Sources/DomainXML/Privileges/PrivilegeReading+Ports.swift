extension PrivilegeReading {
  /// A device whose other end the document chooses: a serial port, a console, a channel, a redirected device.
  ///
  /// `name` is its element; the `type` may stand in the device or, for other devices, in a `<backend>`.
  mutating func readCharacterDevice(_ device: XMLElement, _ name: String) {
    let kind = device.attribute("type") ?? "pty"
    let what = "a \(name) device"
    let place = "devices/\(name)/source"
    let sources = device.children(named: "source")
    switch kind {
    case "pty", "null", "vc", "stdio", "spicevmc", "spiceport", "qemu-vdagent": break
    case "file", "dev", "pipe":
      for path in sources.compactMap({ $0.attribute("path") }) {
        note(.fileBackedDevices, path, at: "\(place)/@path", device, "\(what) goes to \(path)")
      }
      if sources.isEmpty { other(device, "\(name)/\(kind)", "\(what) is of the type \(kind)") }
    case "unix": for source in sources { readSocket(source, of: what, at: place) }
    case "tcp", "udp": for source in sources { readPort(source, of: what, at: place, kind) }
    default: other(device, "\(name)/\(kind)", "\(what) is of the type \(kind)")
    }
    for log in device.children(named: "log") {
      guard let path = log.attribute("file") else { continue }
      note(.fileBackedDevices, path, at: "devices/\(name)/log/@file", log, "\(what) is logged to \(path)")
    }
    for child in device.children where !["source", "log"].contains(child.name) || child.namespace != nil {
      sweepDevice(child, at: "devices/\(name)/\(child.name)")
    }
  }

  /// A socket that libvirt makes is part of a plain guest; connecting to a socket is not, because monitors of guests
  /// are sockets too.
  private mutating func readSocket(_ source: XMLElement, of what: String, at place: String) {
    guard let path = source.attribute("path") else { return }
    let isOwn =
      Self.isBelow(path, "var", "lib", "libvirt", "qemu", "channel")
      || Self.isBelow(path, "run", "libvirt", "qemu", "channel")
      || Self.isBelow(path, "var", "run", "libvirt", "qemu", "channel")
    guard !isOwn || source.attribute("mode") == "connect" else { return }
    note(.fileBackedDevices, path, at: "\(place)/@path", source, "\(what) is the socket \(path)")
  }

  private mutating func readPort(_ source: XMLElement, of what: String, at place: String, _ kind: String) {
    let address = "\(kind):\(source.attribute("host") ?? ""):\(source.attribute("service") ?? "")"
    let verb = source.attribute("mode") == "bind" ? "listens at" : "connects to"
    note(.listen, address, at: place, source, "\(what) \(verb) \(address)")
  }

  /// A `<smartcard>`.
  mutating func readSmartcard(_ card: XMLElement) {
    switch card.attribute("mode") {
    case "host": note(.passthrough, "smartcard", at: "devices/smartcard", card, "the guest gets the host's smart card")
    case "passthrough": return readCharacterDevice(card, "smartcard")
    default: other(card, "smartcard", "the guest's smart card is made of certificates of the host")
    }
  }

  /// A `<graphics>`: a plain guest may listen on loopback.
  mutating func readGraphics(_ graphics: XMLElement) {
    let kind = graphics.attribute("type") ?? ""
    switch kind {
    case "vnc", "spice", "rdp": break
    case "egl-headless": return sweepChildren(of: graphics)
    default: other(graphics, "graphics/\(kind)", "a display is of the type \(kind)")
    }
    for (name, value) in graphics.node.attributes where !value.isEmpty {
      switch name {
      case "listen": readListen(value, graphics, "devices/graphics/@listen", kind)
      case "socket":
        note(
          .fileBackedDevices, value, at: "devices/graphics/@socket", graphics, "the \(kind) display is at \(value)")
      default: continue
      }
    }
    for listen in graphics.children(named: "listen") {
      switch listen.attribute("type") ?? "address" {
      case "address":
        if let address = listen.attribute("address") {
          readListen(address, listen, "devices/graphics/listen/@address", kind)
        }
      case "network":
        let network = listen.attribute("network") ?? ""
        note(
          .listen, "network:\(network)", at: "devices/graphics/listen/@network", listen,
          "the \(kind) display listens on the network \(network)")
      case "socket":
        if let path = listen.attribute("socket"), !Self.isBelow(path, "var", "lib", "libvirt", "qemu") {
          note(
            .fileBackedDevices, path, at: "devices/graphics/listen/@socket", listen,
            "the \(kind) display is at \(path)")
        }
      case "none": continue
      case let other: self.other(listen, "graphics/listen/\(other)", "the \(kind) display listens on \(other)")
      }
    }
    sweepChildren(of: graphics, but: ["listen"])
  }

  private mutating func readListen(_ address: String, _ element: XMLElement, _ place: String, _ kind: String) {
    guard !address.isEmpty, !["127.0.0.1", "::1", "localhost"].contains(address) else { return }
    note(.listen, address, at: place, element, "the \(kind) display listens on \(address)")
  }
}
