/// Reads a domain once, and records everything that a plain guest does not have.
struct PrivilegeReading {
  private(set) var found: [DomainPrivilege] = []
  /// The format of the disk being read.
  var format: String?

  /// Elements directly below `<domain>` that ask nothing of the host unless they contain a path.
  private static let plainParts: Set<String> = [
    "name", "uuid", "hwuuid", "genid", "title", "description", "maxMemory", "memory", "currentMemory", "memtune",
    "memoryBacking", "vcpu", "vcpus", "iothreads", "iothreadids", "defaultiothread", "cputune", "numatune", "blkiotune",
    "features", "cpu", "clock", "on_poweroff", "on_reboot", "on_crash", "on_lockfailure", "pm", "perf", "keywrap",
    "throttlegroups",
  ]

  private static let systemParts: Set<String> = [
    "type", "firmware", "loader", "nvram", "varstore", "boot", "bootmenu", "smbios", "bios", "kernel", "initrd",
    "cmdline", "dtb", "shim", "acpi",
  ]

  /// Reads a `<domain>`.
  mutating func read(_ root: XMLElement) {
    for part in root.children {
      guard part.namespace == nil else {
        readExtension(part)
        continue
      }
      switch part.name {
      case "metadata": continue
      case "devices": for device in part.children { readDevice(device) }
      case "os": readSystem(part)
      case "sysinfo": readSystemInformation(part)
      case "resource": readResource(part)
      case let name where Self.plainParts.contains(name): sweep(part, at: name)
      default: other(part, part.name, "the document has the element <\(part.name)>")
      }
    }
  }

  /// Records a privilege.
  mutating func note(
    _ kind: DomainPrivilege.Kind, _ subject: String, at place: String, _ element: XMLElement, _ wanted: String
  ) {
    let isDisk = kind == .diskFiles || kind == .blockDevices
    found.append(
      DomainPrivilege(
        kind: kind, subject: subject, place: place, wanted: wanted, format: isDisk ? format : nil, line: element.line))
  }

  /// Records something that no other kind covers.
  mutating func other(_ element: XMLElement, _ place: String, _ wanted: String) {
    note(.otherElements, place, at: place, element, wanted)
  }

  /// Extensions of libvirt's drivers, in their own namespaces.
  private mutating func readExtension(_ element: XMLElement) {
    let isQEMU = element.namespace?.hasPrefix("http://libvirt.org/schemas/domain/qemu/") == true
    guard isQEMU else {
      return other(element, element.name, "the document has the element <\(element.node.qualifiedName)>")
    }
    note(
      .qemuArguments, element.name, at: "qemu:\(element.name)", element,
      "<qemu:\(element.name)> gives QEMU arguments of the document's own")
  }

  /// Records every path and every unknown element in a part that should have none.
  mutating func sweep(_ element: XMLElement, at place: String) {
    for (name, value) in element.node.attributes where Self.isPath(value) {
      other(element, "\(place)/@\(name)", "\(place)/@\(name) names the path \(value)")
    }
    let text = element.ownText
    if Self.isPath(text), !Self.harmlessTexts.contains(place) {
      other(element, place, "<\(element.name)> names the path \(text)")
    }
    for child in element.children {
      guard child.namespace == nil else {
        other(child, "\(place)/\(child.name)", "<\(element.name)> has the element <\(child.node.qualifiedName)>")
        continue
      }
      sweep(child, at: "\(place)/\(child.name)")
    }
  }

  /// Texts that may begin with a slash without naming a file to be opened.
  private static let harmlessTexts: Set<String> = [
    "name", "title", "description", "os/cmdline", "blkiotune/device/path", "sysinfo/system/entry", "sysinfo/bios/entry",
    "sysinfo/baseBoard/entry", "sysinfo/chassis/entry", "sysinfo/oemStrings/entry",
  ]

  /// True for a text that the host treats as an absolute path.
  static func isPath(_ text: String) -> Bool { XMLText.trimmed(text).hasPrefix("/") }

  /// `<resource>`: libvirt's default control group is every guest's; another one is recorded.
  private mutating func readResource(_ resource: XMLElement) {
    for child in resource.children {
      let text = child.ownText
      guard child.name == "partition", child.namespace == nil, text == "/machine" else {
        other(child, "resource/\(child.name)", "the guest wants the control group \(text.isEmpty ? child.name : text)")
        continue
      }
    }
  }

  /// `<sysinfo>`: texts that the guest reads, and files behind them.
  private mutating func readSystemInformation(_ information: XMLElement) {
    for entry in information.children {
      guard entry.name == "entry", let file = entry.attribute("file") else {
        sweep(entry, at: "sysinfo/\(entry.name)")
        continue
      }
      note(.bootFiles, file, at: "sysinfo/entry/@file", entry, "the guest's firmware shows the file \(file)")
    }
  }

  /// `<os>`: firmware, kernel and boot.
  private mutating func readSystem(_ system: XMLElement) {
    for part in system.children {
      guard part.namespace == nil, Self.systemParts.contains(part.name) else {
        other(part, "os/\(part.name)", "<os> has the element <\(part.name)>")
        continue
      }
      switch part.name {
      case "kernel", "initrd", "dtb", "shim": bootFile(part, part.ownText, "os/\(part.name)", "its \(part.name)")
      case "acpi":
        for table in part.children { bootFile(table, table.ownText, "os/acpi/\(table.name)", "an ACPI table") }
      case "loader": readLoader(part)
      case "nvram", "varstore": readVariables(part)
      default: sweep(part, at: "os/\(part.name)")
      }
    }
  }

  /// Records a file that the guest boots from; an empty text is none.
  private mutating func bootFile(_ element: XMLElement, _ path: String, _ place: String, _ what: String) {
    guard !path.isEmpty else { return }
    note(.bootFiles, path, at: place, element, "the guest starts with the file \(path) as \(what)")
  }

  /// Every guest may use a read-only firmware from the host's packages.
  private mutating func readLoader(_ loader: XMLElement) {
    let path = loader.ownText
    let isShared = loader.attribute("type") == "pflash" && loader.attribute("readonly") != "yes"
    if isShared || !Self.isFirmware(path) { bootFile(loader, path, "os/loader", "its firmware") }
  }

  /// The firmware's variables: libvirt keeps them in its own directory.
  private mutating func readVariables(_ variables: XMLElement) {
    let place = "os/\(variables.name)"
    for (name, value) in variables.node.attributes {
      switch name {
      case "template" where !Self.isFirmware(value):
        bootFile(variables, value, "\(place)/@template", "the template of its variables")
      case "path" where !Self.isVariableStore(value): bootFile(variables, value, "\(place)/@path", "its variables")
      default: continue
      }
    }
    let path = variables.ownText
    if !Self.isVariableStore(path) { bootFile(variables, path, place, "its variables") }
    let kind = variables.attribute("type") ?? "file"
    for source in variables.children {
      guard source.name == "source", source.namespace == nil else {
        other(source, "\(place)/\(source.name)", "<\(variables.name)> has the element <\(source.name)>")
        continue
      }
      if kind == "file", let file = source.attribute("file") {
        if !Self.isVariableStore(file) { bootFile(source, file, "\(place)/source/@file", "its variables") }
      } else {
        readSource(source, kind: kind, at: "\(place)/source", of: "its variables")
      }
    }
  }

  /// True for a firmware file from the host's packages.
  static func isFirmware(_ path: String) -> Bool { isBelow(path, "usr", "share") || path.isEmpty }

  private static func isVariableStore(_ path: String) -> Bool {
    isBelow(path, "var", "lib", "libvirt", "qemu", "nvram") || path.isEmpty
  }

  /// True for a path below a directory of the host, without `..` in it.
  static func isBelow(_ path: String, _ directory: String...) -> Bool {
    // BOUNDED: a piece of a document, which has a megabyte at most.
    let parts = path.split(separator: "/").filter { $0 != "." }.map(String.init)
    guard path.hasPrefix("/"), !parts.contains("..") else { return false }
    return parts.count > directory.count && parts.starts(with: directory)
  }
}

extension XMLElement {
  /// The text of the element itself, without white space at both ends.
  var ownText: String {
    XMLText.trimmed(
      node.children.filter { $0.kind == .text || $0.kind == .literal }.map(\.content).joined())
  }
}
