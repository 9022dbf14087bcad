import DomainXML
import Fleet

extension DomainImporter {
  /// The document with at most one display: VNC on the fleet's port. No other device listens on a port of the host,
  /// because the ledger would not know of it.
  static func withOnePort(
    _ given: DomainDocument, notes: inout [String]
  ) throws(FleetError) -> DomainDocument {
    var document = given
    let removed = try translated { () throws(DomainXMLError) in try document.keepOneVNC() }
    if removed.contains(.spice) {
      let instead =
        given.vnc == nil ? "its SPICE display becomes VNC, which roost vnc reaches" : "its SPICE display is left out"
      notes.append("\(instead); the channels, devices and QXL adapter that only SPICE serves go with it")
    }
    if given.hasAcceleratedVideo, !document.hasAcceleratedVideo {
      notes.append(
        "its video adapter draws by itself, since no display is left that the host's graphics card draws for")
    }
    let more = removed.count { $0 == .vnc }
    if more > 0 {
      let displays = more == 1 ? "display is" : "displays are"
      notes.append("\(more) more VNC \(displays) left out: a VM has one, on one port of the fleet")
    }
    for kind in removed where kind != .spice && kind != .vnc {
      notes.append("its display of the type \"\(kind.rawValue.printable)\" is left out, since it listens on a network")
    }
    if given.vnc?.hasWebSocket == true {
      notes.append("the VNC display's port for web sockets is left out; roost vnc needs none")
    }
    if let path = try translated({ () throws(DomainXMLError) in try document.leaveVNCSocketToLibvirt() }) {
      notes.append(
        "the VNC display's socket \(path.printable) becomes one that libvirt makes, since no two VMs may "
          + "have one socket")
    }
    let closed = try translated { () throws(DomainXMLError) in try document.closeDevicePorts() }
    if closed > 0 {
      notes.append(
        "\(closed) serial or other character devices that listen on a port of the host become pseudo-terminals, which "
          + "roost console reaches")
    }
    return document
  }

  /// The document without passwords, which must not reach a database or a backup.
  static func withoutSecrets(_ given: DomainDocument, notes: inout [String]) throws(FleetError) -> DomainDocument {
    var document = given
    let removed = try translated { () throws(DomainXMLError) in try document.removeSecrets() }
    if removed > 0 {
      notes.append(
        "\(removed) passwords of displays or cookies of disks are left out, since Roost keeps none; roost vnc needs"
          + " none")
    }
    return document
  }

  /// The display of a document: its VNC server, or the one that replaces another server.
  static func vnc(of document: DomainDocument, keepListen: Bool, notes: inout [String]) throws(FleetError) -> VNCSpec? {
    guard let display = document.vnc ?? document.graphics.first(where: { $0.kind == .spice }) else { return nil }
    if display.kind == .vnc, display.isSocket { return VNCSpec(keymap: display.keymap, isSocket: true) }
    let loopback = "127.0.0.1"
    let asked = display.listenAddress ?? loopback
    if !keepListen, asked != loopback, asked != "::1" {
      notes.append(
        "VNC listens on \(loopback) instead of \(asked.printable), where anybody could watch and type; "
          + "roost vnc reaches it from anywhere, --keep-vnc-listen leaves it there")
    }
    return VNCSpec(listen: keepListen ? asked : loopback, keymap: display.keymap)
  }
}
