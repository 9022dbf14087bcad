extension DomainDocument {
  /// Gives the VNC server a fixed port, adding a server on loopback if the guest has none.
  ///
  /// Throws `outOfRange` for what is not a TCP port.
  package mutating func setVNCPort(_ port: Int) throws(DomainXMLError) {
    guard (1...65_535).contains(port) else {
      throw DomainXMLError(.outOfRange, element: "graphics/@port", "\(port) is not a TCP port")
    }
    try edit { root throws(DomainXMLError) in
      let graphics = try DomainDocument.ensureVNC(in: root)
      try graphics.setAttribute("port", String(port))
      try graphics.setAttribute("autoport", "no")
    }
  }

  /// Makes the VNC server listen at one address, adding a server if the guest has none.
  ///
  /// Sets the attribute and the child element, which libvirt wants to agree, and removes all other listeners.
  package mutating func setVNCListen(_ address: String) throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in
      try DomainDocument.listen(at: address, DomainDocument.ensureVNC(in: root))
    }
  }

  /// Makes the VNC server listen on a unix socket that libvirt makes, and at no port, adding a server if the guest has
  /// none.
  ///
  /// A server that listens at no port already stays as it is.
  package mutating func setVNCSocket() throws(DomainXMLError) {
    guard vnc?.isSocket != true else { return }
    try edit { root throws(DomainXMLError) in
      let graphics = try DomainDocument.ensureVNC(in: root)
      for name in ["port", "autoport", "websocket", "listen", "socket"] { graphics.removeAttribute(name) }
      graphics.removeChildren(named: "listen")
      try graphics.add("listen", ["type": "socket"])
    }
  }

  /// Leaves the place of the VNC server's socket to libvirt.
  /// - Returns: the place that the document named; nil if it named none.
  @discardableResult
  package mutating func leaveVNCSocketToLibvirt() throws(DomainXMLError) -> String? {
    guard let display = vnc, display.isSocket else { return nil }
    let path = display.listeners.lazy.compactMap { if case .socket(let path) = $0 { path } else { nil } }.first
    guard let path else { return nil }
    try edit { root throws(DomainXMLError) in
      let graphics = try DomainDocument.ensureVNC(in: root)
      graphics.removeAttribute("socket")
      let listeners = graphics.children(named: "listen")
      for listen in listeners { listen.removeAttribute("socket") }
      if listeners.isEmpty { try graphics.add("listen", ["type": "socket"]) }
    }
    return path
  }

  /// Removes the guest's VNC servers.
  package mutating func removeVNC() throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in
      for graphics in root.child(named: "devices")?.children(named: "graphics") ?? []
      where graphics.attribute("type") == GraphicsKind.vnc.rawValue {
        graphics.remove()
      }
    }
  }

  /// Adds a VNC server on loopback with a port of libvirt's choice, unless the guest has one.
  package mutating func addVNCIfMissing() throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in _ = try DomainDocument.ensureVNC(in: root) }
  }

  private static func ensureVNC(in root: XMLElement) throws(DomainXMLError) -> XMLElement {
    let devices = try root.ensure("devices")
    let found = devices.children(named: "graphics").first { $0.attribute("type") == GraphicsKind.vnc.rawValue }
    if let found { return found }
    let made = try devices.add("graphics", ["type": GraphicsKind.vnc.rawValue, "port": "-1", "autoport": "yes"])
    try listen(at: "127.0.0.1", made)
    return made
  }

  private static func listen(at address: String, _ graphics: XMLElement) throws(DomainXMLError) {
    guard !XMLText.isBlank(address) else {
      throw DomainXMLError(.invalidValue, element: "graphics/@listen", "the address to listen at is empty")
    }
    graphics.removeAttribute("socket")
    graphics.removeChildren(named: "listen")
    try graphics.setAttribute("listen", address)
    try graphics.add("listen", ["type": "address", "address": address])
  }

  /// Adds a serial port and a console on it, both on pseudo-terminals, where the guest lacks them.
  ///
  /// Returns whether anything was added.
  @discardableResult
  package mutating func addSerial() throws(DomainXMLError) -> Bool {
    let needsSerial = serials.isEmpty
    let needsConsole = consoles.isEmpty
    guard needsSerial || needsConsole else { return false }
    try edit { root throws(DomainXMLError) in
      let devices = try root.ensure("devices")
      if needsSerial {
        try devices.add("serial", ["type": "pty"]).add("target", ["port": "0"])
      }
      if needsConsole {
        try devices.add("console", ["type": "pty"]).add("target", ["type": "serial", "port": "0"])
      }
    }
    return true
  }
}
