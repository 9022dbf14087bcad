extension DomainDocument {
  /// Turns serial ports, consoles, channels and the like that listen on a port of the host into pseudo-terminals.
  ///
  /// Those that listen on a unix socket stay: the guest's agent is one.
  /// - Returns: how many there were.
  @discardableResult
  public mutating func closeDevicePorts() throws(DomainXMLError) -> Int {
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
