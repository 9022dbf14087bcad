extension DomainDocument {
  /// Takes out what should be kept in no database: passwords of displays, and cookies of disks behind web servers.
  /// - Returns: how many there were.
  @discardableResult
  public mutating func removeSecrets() throws(DomainXMLError) -> Int {
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
