/// A disk that the document gives QEMU by an argument of QEMU's own, past libvirt.
///
/// Corresponds to `-drive`, `-blockdev`, `-hda` and their like of
/// https://www.qemu.org/docs/master/system/invocation.html; a file of options, as `-readconfig` names one, is not read.
package struct PassedThroughDisk: Hashable, Sendable {
  /// Its file or device; nil if the argument names only what lies beneath.
  package let path: String?
  /// The format; nil if QEMU finds it out by the file's first bytes.
  package let format: String?
  /// Whether the guest can't write to it.
  package let isReadOnly: Bool
  /// The other files that the argument names, such as backing files and files behind a guest's memory.
  package let beneath: [String]

  private init?(path: String?, format: String? = nil, isReadOnly: Bool = false, beneath: [String] = []) {
    guard path != nil || !beneath.isEmpty else { return nil }
    self.path = path
    self.format = format
    self.isReadOnly = isReadOnly
    self.beneath = beneath
  }

  /// Reads the value of one of QEMU's options; nil if it names no file.
  fileprivate init?(_ option: String, _ value: String) {
    switch option {
    case "hda", "hdb", "hdc", "hdd", "fda", "fdb", "sd", "pflash", "mtdblock":
      self.init(path: Self.path(value))
    case "cdrom": self.init(path: Self.path(value), isReadOnly: true)
    case "drive": self.init(EmulatorOptions(value), isNodeNamed: false)
    case "blockdev": self.init(EmulatorOptions(value), isNodeNamed: true)
    case "set":
      let options = EmulatorOptions(value).values.filter { $0.key.hasSuffix(".file") }
      self.init(path: options.first.flatMap { Self.path($0.value) })
    case "object":
      self.init(path: nil, beneath: EmulatorOptions(value)["mem-path"].flatMap(Self.path).map { [$0] } ?? [])
    default: return nil
    }
  }

  /// - Parameter isNodeNamed: true where `file` is the name of another block node and not a file's.
  private init?(_ options: EmulatorOptions, isNodeNamed: Bool) {
    var options = options
    if !isNodeNamed, let text = options["file"], text.hasPrefix("json:") {
      options.values.append(contentsOf: EmulatorOptions(String(text.dropFirst("json:".count))).values)
    }
    var (main, beneath): (String?, [String]) = (nil, [])
    for (key, value) in options.values {
      let names = key.split(separator: ".", maxSplits: EmulatorOptions.depth)
      guard names.last == "filename" || !isNodeNamed && key == "file", let path = Self.path(value) else { continue }
      if main == nil, names.dropLast().allSatisfy({ $0 == "file" }) { main = path } else { beneath.append(path) }
    }
    let formats = ["raw", "qcow2", "qcow", "qed", "vdi", "vmdk", "vpc", "vhdx", "parallels", "luks"]
    let stated = options["format"] ?? options["driver"]
    let isReadOnly = ["readonly", "read-only"].contains { name in
      options[name].map { ["", "on", "yes", "true"].contains($0) } ?? false
    }
    self.init(
      path: main, format: stated.flatMap { formats.contains($0) ? $0 : nil },
      isReadOnly: isReadOnly || options["media"] == "cdrom", beneath: beneath)
  }

  /// The path that QEMU opens for a name; nil for what is reached by a protocol. libvirt starts QEMU in `/`.
  private static func path(_ name: String) -> String? {
    let plain = name.hasPrefix("file:") ? String(name.dropFirst("file:".count)) : name
    guard !plain.isEmpty, !plain.hasPrefix("/dev/fdset/") else { return nil }
    if plain.hasPrefix("/") { return plain }
    return plain.prefix { $0 != "/" }.contains(":") ? nil : "/" + plain
  }
}

extension DomainDocument {
  /// The disks that only QEMU's arguments name, in order.
  package var passedThroughDisks: [PassedThroughDisk] {
    let bare: Set<String> = [
      "S", "snapshot", "nodefaults", "no-user-config", "no-reboot", "no-shutdown", "enable-kvm", "usb", "nographic",
    ]
    var found: [PassedThroughDisk] = []
    var option: String?
    for argument in emulatorArguments {
      if argument.hasPrefix("-"), argument != "-" {
        let name = String(argument.drop { $0 == "-" })
        option = bare.contains(name) ? nil : name
        continue
      }
      // QEMU takes an argument that belongs to no option for the first disk.
      if let disk = PassedThroughDisk(option ?? "hda", argument) { found.append(disk) }
      option = nil
    }
    return found
  }
}

/// The value of one of QEMU's options: `key=value,…`, where a doubled comma stands for itself, or a JSON object, whose
/// keys are joined by full stops as in the other notation.
struct EmulatorOptions {
  /// The most keys within keys that are followed.
  static let depth = 16
  /// The longest name of a value, outer keys included, in bytes; QEMU has none that is nearly as long.
  static let nameLength = 256

  var values: [(key: String, value: String)] = []

  subscript(key: String) -> String? { values.last { $0.key == key }?.value }

  init(_ text: String) {
    if text.hasPrefix("{") { readObject(text) } else { readList(text) }
  }

  private mutating func readList(_ text: String) {
    var rest = Substring(text)
    while !rest.isEmpty {
      var part = ""
      while let character = rest.popFirst() {
        if character == "," {
          guard rest.first == "," else { break }
          rest.removeFirst()
        }
        part.append(character)
      }
      let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      // What has no key is the driver in `-blockdev`, and elsewhere a switch.
      if let key = halves.first { values.append((String(key), halves.dropFirst().first.map(String.init) ?? "")) }
    }
  }

  private mutating func readObject(_ text: String) {
    var rest = Substring(text)
    var (outer, key): ([String], String?) = ([], nil)
    func note(_ value: String, _ name: String) {
      // A long name before many values would be copied for each.
      guard outer.count <= Self.depth, (outer + [name]).allSatisfy({ $0.utf8.count <= Self.nameLength }) else { return }
      let path = (outer + [name]).filter { !$0.isEmpty }.joined(separator: ".")
      if path.utf8.count <= Self.nameLength { values.append((path, value)) }
    }
    while let character = rest.popFirst() {
      switch character {
      case "{", "[":
        outer.append(key ?? "")
        key = nil
      case "}", "]":
        _ = outer.popLast()
        key = nil
      case "\"":
        let text = Self.string(&rest)
        if let name = key {
          note(text, name)
          key = nil
        } else {
          key = text
        }
      case ",": key = nil
      case _ where character.isLetter:
        let word = "\(character)\(rest.prefix(while: \.isLetter))"
        rest = rest.drop(while: \.isLetter)
        if let name = key { note(word, name) }
        key = nil
      default: break
      }
    }
  }

  /// Reads a string up to its closing quote.
  private static func string(_ rest: inout Substring) -> String {
    var text = ""
    while let character = rest.popFirst(), character != "\"" {
      guard character == "\\", let escaped = rest.popFirst() else {
        text.append(character)
        continue
      }
      guard escaped == "u" else {
        text.append(["n": "\n", "t": "\t", "r": "\r", "b": "\u{8}", "f": "\u{c}"][escaped] ?? escaped)
        continue
      }
      if let scalar = UInt32(rest.prefix(4), radix: 16).flatMap(Unicode.Scalar.init) {
        text.unicodeScalars.append(scalar)
      }
      rest = rest.dropFirst(4)
    }
    return text
  }
}
