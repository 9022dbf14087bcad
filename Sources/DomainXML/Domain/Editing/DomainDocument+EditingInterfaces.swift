extension DomainDocument {
  /// Sets an interface's address. Throws `notFound` if there is no such interface.
  package mutating func setMAC(_ mac: HardwareAddress, ofInterface index: Int) throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in
      try DomainDocument.interface(at: index, in: root).ensure("mac").setAttribute("address", mac.description)
    }
  }

  /// Plugs an interface's cable in or out. Throws `notFound` if there is no such interface.
  package mutating func setLink(isUp: Bool, ofInterface index: Int) throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in
      try DomainDocument.interface(at: index, in: root).ensure("link").setAttribute("state", isUp ? "up" : "down")
    }
  }

  /// One interface as text, such as a change of a device wants it. Throws `notFound` if there is no such interface.
  package func markup(ofInterface index: Int) throws(DomainXMLError) -> String {
    try DomainDocument.interface(at: index, in: root).markup
  }

  /// Plugs an interface into a bridge of the host. Throws `notFound` if there is no such interface.
  package mutating func setBridge(_ bridge: String, ofInterface index: Int) throws(DomainXMLError) {
    try setSource(.bridge(bridge), ofInterface: index)
  }

  /// Plugs an interface into another source. Throws `notFound` if there is no such interface.
  package mutating func setSource(
    _ source: NewInterface.Source, ofInterface index: Int
  ) throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in
      try DomainDocument.plug(DomainDocument.interface(at: index, in: root), into: source)
    }
  }

  /// Adds an interface and returns its index.
  @discardableResult
  package mutating func addInterface(_ new: NewInterface) throws(DomainXMLError) -> Int {
    try edit { root throws(DomainXMLError) in
      let devices = try root.ensure("devices")
      let index = devices.children(named: "interface").count
      let element = try devices.add("interface", ["type": ""])
      if let mac = new.mac { try element.add("mac", ["address": mac.description]) }
      try DomainDocument.plug(element, into: new.source)
      if let model = new.model { try element.add("model", ["type": model]) }
      return index
    }
  }

  /// Removes an interface. Throws `notFound` if there is no such interface.
  package mutating func removeInterface(at index: Int) throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in try DomainDocument.interface(at: index, in: root).remove() }
  }

  private static func plug(_ element: XMLElement, into source: NewInterface.Source) throws(DomainXMLError) {
    element.removeChildren(named: "source")
    switch source {
    case .network(let name):
      try element.setAttribute("type", InterfaceKind.network.rawValue)
      try element.add("source", ["network": name])
    case .bridge(let name):
      try element.setAttribute("type", InterfaceKind.bridge.rawValue)
      try element.add("source", ["bridge": name])
    case .user:
      try element.setAttribute("type", InterfaceKind.user.rawValue)
    }
  }

  private static func interface(at index: Int, in root: XMLElement) throws(DomainXMLError) -> XMLElement {
    let interfaces = root.child(named: "devices")?.children(named: "interface") ?? []
    guard interfaces.indices.contains(index) else {
      throw DomainXMLError(
        .notFound, element: "interface", "there is no interface \(index); the domain has \(interfaces.count)")
    }
    // BOUNDED: the guard above has looked.
    return interfaces[index]
  }
}

extension DomainDocument {
  /// Turns serial ports, consoles, channels and the like that listen on a port of the host into pseudo-terminals.
  ///
  /// Those that listen on a unix socket stay: the guest's agent is one.
  /// - Returns: how many there were.
  @discardableResult
  package mutating func closeDevicePorts() throws(DomainXMLError) -> Int {
    var closed = 0
    try edit { root throws(DomainXMLError) in
      for device in root.child(named: "devices")?.children ?? [] {
        guard ["tcp", "udp"].contains(device.attribute("type")),
          device.children(named: "source").contains(where: { $0.attribute("mode") == "bind" })
        else { continue }
        device.removeChildren(named: "source")
        device.removeChildren(named: "protocol")
        try device.setAttribute("type", "pty")
        closed += 1
      }
    }
    return closed
  }
}

extension DomainDocument {
  /// Removes what no database should keep: passwords of displays, and cookies of disks behind web servers.
  /// - Returns: how many there were.
  @discardableResult
  package mutating func removeSecrets() throws(DomainXMLError) -> Int {
    var removed = 0
    try edit { root throws(DomainXMLError) in
      for devices in root.children(named: "devices") {
        for graphics in devices.children(named: "graphics") where graphics.attribute("passwd") != nil {
          for name in ["passwd", "passwdValidTo", "connected"] { graphics.removeAttribute(name) }
          removed += 1
        }
        for disk in devices.children(named: "disk") {
          for element in disk.descendants where element.name == "cookies" {
            element.remove()
            removed += 1
          }
        }
      }
    }
    return removed
  }
}
