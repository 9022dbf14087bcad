extension DomainDocument {
  /// Removes what libvirt added for one run of the guest; keeps what a person wrote.
  ///
  /// libvirt leaves such things out of a document requested with `--inactive`. In one dumped from a running guest they
  /// name sockets, devices and ports that are gone, for which an emulator waits in vain.
  /// - Returns: whether the document was that of a running guest.
  @discardableResult
  package mutating func removeRuntimeState() throws(DomainXMLError) -> Bool {
    let isDump = isDumpOfRun
    try edit { root throws(DomainXMLError) in
      root.removeAttribute("id")
      for label in root.children(named: "seclabel") { DomainDocument.dropDynamicLabel(label) }
      if isDump, let resource = root.child(named: "resource"),
        resource.child(named: "partition")?.trimmedText == "/machine"
      {
        resource.removeChildren(named: "partition")
        if resource.children.isEmpty { resource.remove() }
      }
      for device in root.child(named: "devices")?.children ?? [] {
        try RuntimeState.remove(from: device, isDump: isDump)
      }
    }
    return isDump
  }

  /// Whether libvirt wrote the document of a running guest: it has a run number, or aliases that only libvirt assigns.
  package var isDumpOfRun: Bool {
    if runtimeID != nil { return true }
    return (devices?.children ?? []).contains { device in
      device.child(named: "alias").map { !RuntimeState.isChosen($0) } ?? false
        || device.child(named: "source")?.attribute("index") != nil
    }
  }

  /// Removes a label that libvirt generates at each start; keeps its base label, and a label that a person fixed.
  static func dropDynamicLabel(_ label: XMLElement) {
    guard (label.attribute("type") ?? "dynamic") == "dynamic" else { return }
    label.removeChildren(named: "label")
    label.removeChildren(named: "imagelabel")
    if label.children.isEmpty { label.remove() }
  }
}

/// The elements that one run of a guest adds to its devices.
enum RuntimeState {
  /// Whether an alias is one that a person may choose: libvirt keeps those that begin with `ua-`.
  static func isChosen(_ alias: XMLElement) -> Bool { alias.attribute("name")?.hasPrefix("ua-") ?? false }

  static func remove(from device: XMLElement, isDump: Bool) throws(DomainXMLError) {
    for alias in device.children(named: "alias") where !isChosen(alias) { alias.remove() }
    switch device.name {
    case "disk": removeFromDisk(device, isDump: isDump)
    case "interface": removeFromInterface(device)
    case "serial", "parallel", "console", "channel": try removeFromCharacterDevice(device, isDump: isDump)
    case "graphics": try removeFromGraphics(device)
    case "vsock":
      for cid in device.children(named: "cid") where cid.isYes("auto") { cid.removeAttribute("address") }
    default: break
    }
  }

  private static func removeFromDisk(_ disk: XMLElement, isDump: Bool) {
    for source in disk.children(named: "source") {
      source.removeAttribute("index")
      for reservations in source.children(named: "reservations") where reservations.isYes("managed") {
        reservations.removeChildren(named: "source")
      }
      for label in source.children(named: "seclabel") { DomainDocument.dropDynamicLabel(label) }
    }
    disk.removeChildren(named: "mirror")
    // A person may write the chain; in a dump it describes the run.
    if isDump { disk.removeChildren(named: "backingStore") }
  }

  private static func removeFromInterface(_ interface: XMLElement) {
    let isNetwork = interface.attribute("type") == "network"
    for source in interface.children(named: "source") {
      source.removeAttribute("portid")
      if isNetwork { source.removeAttribute("bridge") }
    }
    let made = ["vnet", "macvtap", "macvlan"]
    for target in interface.children(named: "target") {
      let name = target.attribute("dev") ?? ""
      let rest = made.first(where: name.hasPrefix).map { name.dropFirst($0.count) } ?? "-"
      guard !rest.isEmpty, rest.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { continue }
      target.removeAttribute("dev")
      if target.node.attributes.isEmpty, target.children.isEmpty { target.remove() }
    }
    interface.removeChildren(named: "actual")
  }

  private static func removeFromCharacterDevice(_ device: XMLElement, isDump: Bool) throws(DomainXMLError) {
    device.removeAttribute("tty")
    for target in device.children(named: "target") { target.removeAttribute("state") }
    for source in device.children(named: "source") {
      if device.attribute("type") == "pty" {
        source.removeAttribute("path")
      } else if device.attribute("type") == "unix", let path = source.attribute("path"), isOfRun(path) {
        source.removeAttribute("path")
      }
      if source.node.attributes.isEmpty, source.children.isEmpty { source.remove() }
    }
  }

  /// Whether libvirt made a socket's path for one run: it holds the guest's number, as `5-name` or `domain-5-name`.
  private static func isOfRun(_ path: String) -> Bool {
    // BOUNDED: a piece of a document, which has a megabyte at most.
    path.split(separator: "/").contains { part in
      let rest = part.hasPrefix("domain-") ? part.dropFirst("domain-".count) : part
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      return !digits.isEmpty && rest.dropFirst(digits.count).hasPrefix("-")
    } && (path.contains("/libvirt/") || path.contains("/channel/"))
  }

  private static func removeFromGraphics(_ graphics: XMLElement) throws(DomainXMLError) {
    if graphics.isYes("autoport"), graphics.number("port") ?? -1 != -1 { try graphics.setAttribute("port", "-1") }
    if graphics.isYes("autoport") { graphics.removeAttribute("tlsPort") }
    for listen in graphics.children(named: "listen") {
      if listen.attribute("type") == "network" { listen.removeAttribute("address") }
      if listen.attribute("type") == "socket", let path = listen.attribute("socket"), isOfRun(path) {
        listen.removeAttribute("socket")
      }
    }
    if graphics.child(named: "listen") != nil, let path = graphics.attribute("socket"), isOfRun(path) {
      graphics.removeAttribute("socket")
    }
  }
}
