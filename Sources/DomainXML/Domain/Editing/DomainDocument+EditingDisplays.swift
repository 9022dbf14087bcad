extension DomainDocument {
  /// Leaves the first VNC server as the only display that a network can reach, without a port for web sockets.
  ///
  /// Displays of other kinds that listen go, and with SPICE what only SPICE serves: its channels and redirected
  /// devices go, its sound becomes silent, and QXL becomes the plain adapter that every emulator has.
  /// - Returns: what was removed, in document order.
  @discardableResult
  public mutating func keepOneVNC() throws(DomainXMLError) -> [GraphicsKind] {
    var removed: [GraphicsKind] = []
    try edit { root throws(DomainXMLError) in
      guard let devices = root.child(named: "devices") else { return }
      var hasVNC = false
      for graphics in devices.children(named: "graphics") {
        let kind = GraphicsKind(rawValue: graphics.attribute("type") ?? "")
        switch kind {
        case .sdl, .headless, .dbus: continue
        case .vnc where !hasVNC:
          hasVNC = true
          graphics.removeAttribute("websocket")
        default:
          graphics.remove()
          removed.append(kind)
        }
      }
      if removed.contains(.spice) { try DomainDocument.removeSPICEDevices(from: devices) }
    }
    return removed
  }

  /// What an emulator without a SPICE server refuses, or would wait on for ever.
  private static func removeSPICEDevices(from devices: MarkupElement) throws(DomainXMLError) {
    for device in devices.children where ["spicevmc", "spiceport"].contains(device.attribute("type")) {
      device.remove()
    }
    for audio in devices.children(named: "audio") where audio.attribute("type") == "spice" {
      try audio.setAttribute("type", "none")
    }
    var hasVideo = false
    for video in devices.children(named: "video") {
      guard video.child(named: "model")?.attribute("type") == "qxl" else {
        hasVideo = true
        continue
      }
      if hasVideo {
        video.remove()
      } else {
        // The sizes and heads of QXL mean nothing to another adapter.
        video.removeChildren(named: "model")
        try video.add("model", ["type": "vga"])
        hasVideo = true
      }
    }
  }
}
