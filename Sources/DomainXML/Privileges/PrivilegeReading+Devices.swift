extension PrivilegeReading {
  /// Devices that ask nothing of the host unless they contain a path or an unknown element.
  private static let plainDevices: Set<String> = [
    "controller", "hub", "sound", "video", "watchdog", "panic", "memballoon", "iommu", "redirfilter",
  ]

  /// Attributes of devices that a reader handles, or that only a running guest has.
  private static let knownAttributes: Set<String> = ["console/@tty", "graphics/@socket", "audio/@path"]

  /// One child of `<devices>`.
  mutating func readDevice(_ device: XMLElement) {
    guard device.namespace == nil else {
      return other(device, device.name, "the document has the device <\(device.node.qualifiedName)>")
    }
    let place = "devices/\(device.name)"
    for (name, value) in device.node.attributes where Self.isPath(value) {
      if !Self.knownAttributes.contains("\(device.name)/@\(name)") {
        other(device, "\(device.name)/@\(name)", "\(device.name)/@\(name) names the path \(value)")
      }
    }
    switch device.name {
    case "emulator":
      let path = device.ownText
      note(.emulator, path, at: place, device, "the guest is run by \(path)")
    case "disk": readDisk(device)
    case "interface": readInterface(device)
    case "serial", "parallel", "console", "channel", "redirdev": readCharacterDevice(device, device.name)
    case "smartcard": readSmartcard(device)
    case "graphics": readGraphics(device)
    case "filesystem": readFileSystem(device)
    case "hostdev": readHostDevice(device)
    case "input": readInput(device)
    case "rng": readRandomness(device)
    case "tpm": readTPM(device)
    case "memory": readMemory(device)
    case "audio": readAudio(device)
    case "crypto": readCrypto(device)
    case let name where Self.plainDevices.contains(name): sweepChildren(of: device)
    default: other(device, device.name, "the document has the device <\(device.name)>")
    }
  }

  /// Records every path and every unknown element in a part of a device.
  mutating func sweepDevice(_ element: XMLElement, at place: String) {
    let short = String(place.drop { $0 != "/" }.dropFirst())
    guard element.namespace == nil, element.name != "script", Self.plainWords.contains(element.name) else {
      return other(element, short, "<\(element.parent?.name ?? "")> has the element <\(element.node.qualifiedName)>")
    }
    for (name, value) in element.node.attributes where Self.isPath(value) && !Self.isPlain(element.name, name, value) {
      other(element, "\(short)/@\(name)", "\(short)/@\(name) names the path \(value)")
    }
    let text = element.ownText
    if Self.isPath(text), !["serial", "vendor", "product"].contains(element.name) {
      other(element, short, "<\(element.name)> names the path \(text)")
    }
    for child in element.children { sweepDevice(child, at: "\(place)/\(child.name)") }
  }

  /// Paths that every plain guest uses: libvirt opens the kernel's own devices for it.
  private static func isPlain(_ element: String, _ attribute: String, _ value: String) -> Bool {
    switch (element, attribute) {
    case ("backend", "tap"): value == "/dev/net/tun"
    case ("backend", "vhost"): value == "/dev/vhost-net"
    case ("gl", "rendernode"), ("acceleration", "rendernode"): isBelow(value, "dev", "dri")
    default: false
    }
  }

  /// Sweeps every child of a device except those that a reader handles.
  mutating func sweepChildren(of device: XMLElement, but known: Set<String> = []) {
    for child in device.children where child.namespace != nil || !known.contains(child.name) {
      sweepDevice(child, at: "devices/\(device.name)/\(child.name)")
    }
  }

  /// Records a path in the `<source>` of a device.
  private mutating func goes(to path: String, _ element: XMLElement, _ place: String, _ what: String) {
    note(.fileBackedDevices, path, at: place, element, "\(what) goes to \(path)")
  }

  /// A `<hostdev>`.
  private mutating func readHostDevice(_ device: XMLElement) {
    note(
      .passthrough, Self.subject(of: device), at: "devices/hostdev", device,
      "the guest gets the host's device \(Self.subject(of: device))")
    for child in device.children where child.name == "rom" {
      if let file = child.attribute("file") {
        note(.bootFiles, file, at: "devices/hostdev/rom/@file", child, "a device has the ROM \(file)")
      }
    }
  }

  /// The name of a passed-through device: a PCI address, `usb VENDOR:PRODUCT`, or what its source names.
  static func subject(of device: XMLElement) -> String {
    let read = HostDevice(device)
    if let address = read.pciAddress { return address }
    let source = device.child(named: "source")
    if let vendor = source?.child(named: "vendor")?.attribute("id"),
      let product = source?.child(named: "product")?.attribute("id")
    {
      return "usb \(plainHex(vendor)):\(plainHex(product))"
    }
    if let address = source?.child(named: "address") {
      if let uuid = address.attribute("uuid") { return uuid }
      if let bus = address.attribute("bus"), let number = address.attribute("device") { return "usb \(bus).\(number)" }
    }
    let named = ["block", "char", "interface", "adapter", "host"].lazy.compactMap { source?.child(named: $0) }.first
    if let named {
      let name = named.ownText.isEmpty ? named.attribute("name") : named.ownText
      if let name, !name.isEmpty { return name }
    }
    return read.kind.isEmpty ? "hostdev" : read.kind
  }

  private static func plainHex(_ text: String) -> String {
    (text.hasPrefix("0x") ? String(text.dropFirst(2)) : text).lowercased()
  }

  /// An `<interface>`: a plain guest uses libvirt networks and bridges.
  private mutating func readInterface(_ interface: XMLElement) {
    let kind = interface.attribute("type") ?? ""
    let source = interface.child(named: "source")
    switch kind {
    case "network", "bridge", "internal", "null": break
    case "hostdev":
      let subject = Self.subject(of: interface)
      note(.passthrough, subject, at: "devices/interface", interface, "an interface is the host's device \(subject)")
    default:
      let names = ["dev", "path", "address", "mode"].compactMap { source?.attribute($0) }
      let subject = names.first ?? kind
      note(
        .hostInterfaces, subject, at: "devices/interface", interface,
        "an interface is of the type \(kind)\(subject == kind ? "" : " on \(subject)")")
    }
    for child in interface.children where child.namespace == nil {
      switch child.name {
      case "script", "downscript":
        let path = child.attribute("path") ?? child.ownText
        other(child, "interface/\(child.name)", "an interface runs the program \(path)")
      case "backend":
        if let path = child.attribute("logFile") { goes(to: path, child, "interface/backend/@logFile", "a log") }
        for (name, value) in child.node.attributes where name != "logFile" && Self.isPath(value) {
          if !Self.isPlain("backend", name, value) {
            other(child, "interface/backend/@\(name)", "an interface uses \(value)")
          }
        }
      case "rom":
        if let file = child.attribute("file") {
          note(.bootFiles, file, at: "devices/interface/rom/@file", child, "an interface has the ROM \(file)")
        }
      default: continue
      }
    }
    var known: Set<String> = ["script", "downscript", "backend", "rom", "portForward"]
    if !["network", "bridge", "internal", "null"].contains(kind) { known.insert("source") }
    sweepChildren(of: interface, but: known)
  }

  /// A `<filesystem>`: the guest sees a directory of the host.
  private mutating func readFileSystem(_ system: XMLElement) {
    let source = system.child(named: "source")
    let named = ["dir", "file", "dev", "socket", "name"].lazy.compactMap { source?.attribute($0) }.first
    let volume = source?.attribute("volume").map { "\(source?.attribute("pool") ?? "")/\($0)" }
    let subject = named ?? volume ?? system.attribute("type") ?? "mount"
    note(.fileSystems, subject, at: "devices/filesystem/source", system, "the guest sees the file system \(subject)")
    for child in system.children where child.name == "binary" {
      if let path = child.attribute("path") {
        other(child, "filesystem/binary/@path", "the file system is served by the program \(path)")
      }
    }
    // The target's name may begin with a slash, and is the guest's.
    sweepChildren(of: system, but: ["source", "target", "binary"])
  }

  private mutating func readInput(_ input: XMLElement) {
    let source = input.child(named: "source")
    if let path = source?.attribute("dev") ?? source?.attribute("evdev") {
      note(.passthrough, path, at: "devices/input/source", input, "the guest gets the host's device \(path)")
    } else if ["evdev", "passthrough"].contains(input.attribute("type")) {
      other(input, "input", "an input device is the host's")
    }
    sweepChildren(of: input, but: ["source"])
  }

  private mutating func readRandomness(_ device: XMLElement) {
    for backend in device.children(named: "backend") {
      let path = backend.ownText
      switch backend.attribute("model") {
      case "egd": readCharacterDevice(backend, "rng")
      case "builtin": continue
      default:
        let known = ["", "/dev/random", "/dev/urandom", "/dev/hwrng"]
        if !known.contains(path) { goes(to: path, backend, "devices/rng/backend", "the guest's random number device") }
      }
    }
    sweepChildren(of: device, but: ["backend"])
  }

  private mutating func readTPM(_ tpm: XMLElement) {
    for backend in tpm.children(named: "backend") {
      switch backend.attribute("type") {
      case "emulator":
        for source in backend.children(named: "source") {
          if let path = source.attribute("path") { goes(to: path, source, "tpm/backend/source", "the guest's TPM") }
        }
      case "passthrough":
        let path = backend.child(named: "device")?.attribute("path") ?? "/dev/tpm0"
        note(.passthrough, path, at: "devices/tpm/backend", backend, "the guest gets the host's device \(path)")
      case "external":
        let path = backend.child(named: "source")?.attribute("path") ?? "external"
        goes(to: path, backend, "devices/tpm/backend/source", "the guest's TPM")
      case let kind: other(backend, "tpm/\(kind ?? "")", "the guest's TPM is of the type \(kind ?? "")")
      }
    }
    sweepChildren(of: tpm, but: ["backend"])
  }

  /// A `<memory>` module: a file behind it is effectively a disk.
  private mutating func readMemory(_ module: XMLElement) {
    let isPlain = ["dimm", "virtio-mem"].contains(module.attribute("model"))
    for path in module.child(named: "source")?.children(named: "path") ?? [] {
      let text = path.ownText
      note(.diskFiles, text, at: "devices/memory/source/path", path, "a memory module is the file \(text)")
    }
    if !isPlain, module.descendant("source", "path") == nil {
      other(module, "memory/\(module.attribute("model") ?? "")", "a memory module is the host's")
    }
    for child in module.children where child.name != "source" { sweepDevice(child, at: "devices/memory/\(child.name)") }
  }

  private mutating func readAudio(_ audio: XMLElement) {
    let kind = audio.attribute("type") ?? "none"
    switch kind {
    case "none", "spice": sweepChildren(of: audio)
    case "file":
      goes(to: audio.attribute("path") ?? "a file", audio, "devices/audio/@path", "the guest's sound")
    default: other(audio, "audio/\(kind)", "the guest's sound goes to the host's \(kind)")
    }
  }

  private mutating func readCrypto(_ crypto: XMLElement) {
    for backend in crypto.children(named: "backend") where backend.attribute("model") != "builtin" {
      let kind = backend.attribute("model") ?? ""
      other(backend, "crypto/\(kind)", "the guest's crypto device is of the type \(kind)")
    }
    sweepChildren(of: crypto)
  }
}
