extension DomainDocument {
  /// Leaves the first VNC server, without a WebSocket port, as the only display that a network can reach.
  ///
  /// Removes other listening displays. With SPICE it also removes what only SPICE serves: channels and redirected
  /// devices go, sound becomes silent, and QXL becomes the plain adapter that every emulator has. If no display is left
  /// that renders with the host's graphics card, adapters stop asking for that too, because QEMU would not start.
  /// - Returns: the kinds of the removed displays, in document order.
  @discardableResult
  package mutating func keepOneVNC() throws(DomainXMLError) -> [GraphicsKind] {
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
      DomainDocument.removeAcceleration(from: devices)
    }
    return removed
  }

  /// Whether an adapter asks for the host's graphics card to draw three dimensions.
  package var hasAcceleratedVideo: Bool {
    (devices?.children(named: "video") ?? []).contains { video in
      video.descendant("model", "acceleration").map { $0.isYes("accel3d") } ?? false
    }
  }

  private static func removeAcceleration(from devices: XMLElement) {
    let draws = devices.children(named: "graphics").contains { graphics in
      switch GraphicsKind(rawValue: graphics.attribute("type") ?? "") {
      case .headless: true
      case .sdl, .dbus: graphics.child(named: "gl")?.isYes("enable") ?? false
      default: false
      }
    }
    guard !draws else { return }
    for model in devices.children(named: "video").compactMap({ $0.child(named: "model") }) {
      for acceleration in model.children(named: "acceleration") {
        acceleration.removeAttribute("accel3d")
        acceleration.removeAttribute("rendernode")
        if acceleration.node.attributes.isEmpty { acceleration.remove() }
      }
      model.removeAttribute("blob")
    }
  }

  /// Removes what an emulator without a SPICE server refuses, or would wait for for ever.
  private static func removeSPICEDevices(from devices: XMLElement) throws(DomainXMLError) {
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
