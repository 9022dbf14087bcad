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
      let options = EmulatorOptions(value).values.filter { $0.key.utf8.suffix(5).elementsEqual(".file".utf8) }
      self.init(path: options.first.flatMap { Self.path($0.value) })
    case "object":
      self.init(path: nil, beneath: EmulatorOptions(value)["mem-path"].flatMap(Self.path).map { [$0] } ?? [])
    default: return nil
    }
  }

  /// - Parameter isNodeNamed: true where `file` is the name of another block node and not a file's.
  private init?(_ options: EmulatorOptions, isNodeNamed: Bool) {
    var options = options
    if !isNodeNamed, let text = options["file"], let object = Self.rest(of: text, after: "json:") {
      options.values.append(contentsOf: EmulatorOptions(object).values)
    }
    var (main, beneath): (String?, [String]) = (nil, [])
    for (key, value) in options.values {
      let names = key.unicodeScalars.split(separator: ".", maxSplits: EmulatorOptions.depth).map { String($0) }
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
    let plain = rest(of: name, after: "file:") ?? name
    guard !plain.isEmpty, rest(of: plain, after: "/dev/fdset/") == nil else { return nil }
    if plain.unicodeScalars.first == "/" { return plain }
    return plain.unicodeScalars.prefix { $0 != "/" }.contains(":") ? nil : "/" + plain
  }

  /// What follows a beginning of a text, compared by bytes; nil if it does not begin like that.
  private static func rest(of text: String, after beginning: String) -> String? {
    guard text.utf8.starts(with: beginning.utf8) else { return nil }
    return String(text.unicodeScalars.dropFirst(beginning.unicodeScalars.count))
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
      if argument.unicodeScalars.first == "-", argument.unicodeScalars.count > 1 {
        let name = String(argument.unicodeScalars.drop { $0 == "-" })
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
///
/// It is read by scalars, as QEMU reads bytes: a mark that combines with a quote does not hide the quote.
struct EmulatorOptions {
  /// The most keys within keys that are followed.
  static let depth = 16
  /// The longest name of a value, outer keys included, in bytes; QEMU has none that is nearly as long.
  static let nameLength = 256

  var values: [(key: String, value: String)] = []

  subscript(key: String) -> String? { values.last { $0.key == key }?.value }

  init(_ text: String) {
    if text.unicodeScalars.first == "{" { readObject(text.unicodeScalars) } else { readList(text.unicodeScalars) }
  }

  private mutating func readList(_ text: String.UnicodeScalarView) {
    var rest = text[...]
    while !rest.isEmpty {
      var part = String.UnicodeScalarView()
      while let scalar = rest.popFirst() {
        if scalar == "," {
          guard rest.first == "," else { break }
          rest.removeFirst()
        }
        part.append(scalar)
      }
      let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
      // What has no key is the driver in `-blockdev`, and elsewhere a switch.
      if let key = halves.first { values.append((key, halves.dropFirst().first ?? "")) }
    }
  }

  private mutating func readObject(_ text: String.UnicodeScalarView) {
    var rest = text[...]
    var (outer, key): ([String], String?) = ([], nil)
    func note(_ value: String, _ name: String) {
      // A long name before many values would be copied for each.
      guard outer.count <= Self.depth, (outer + [name]).allSatisfy({ $0.utf8.count <= Self.nameLength }) else { return }
      let path = (outer + [name]).filter { !$0.isEmpty }.joined(separator: ".")
      if path.utf8.count <= Self.nameLength { values.append((path, value)) }
    }
    while let scalar = rest.popFirst() {
      switch scalar {
      case "{", "[":
        outer.append(key ?? "")
        key = nil
      case "}", "]":
        _ = outer.popLast()
        key = nil
      // QEMU takes either quote.
      case "\"", "'":
        let text = Self.string(&rest, upTo: scalar)
        if let name = key {
          note(text, name)
          key = nil
        } else {
          key = text
        }
      case ",": key = nil
      case "a"..."z", "A"..."Z":
        var word = String(scalar)
        while let next = rest.first, ("a"..."z").contains(next) || ("A"..."Z").contains(next) {
          word.unicodeScalars.append(next)
          rest.removeFirst()
        }
        if let name = key { note(word, name) }
        key = nil
      default: break
      }
    }
  }

  /// Reads a string up to its closing quote; what is no scalar becomes U+FFFD.
  private static func string(_ rest: inout Substring.UnicodeScalarView, upTo quote: Unicode.Scalar) -> String {
    let short: [Unicode.Scalar: Unicode.Scalar] = ["n": "\n", "t": "\t", "r": "\r", "b": "\u{8}", "f": "\u{c}"]
    var text = String.UnicodeScalarView()
    while let scalar = rest.popFirst(), scalar != quote {
      guard scalar == "\\", let escaped = rest.popFirst() else {
        text.append(scalar)
        continue
      }
      guard escaped == "u" else {
        text.append(short[escaped] ?? escaped)
        continue
      }
      text.append(Self.escapedScalar(&rest))
    }
    return String(text)
  }

  /// Reads what follows `\u`: four digits, or a surrogate's and `\u` and those of another.
  private static func escapedScalar(_ rest: inout Substring.UnicodeScalarView) -> Unicode.Scalar {
    guard let first = unit(&rest) else { return "\u{fffd}" }
    guard UTF16.isLeadSurrogate(first) else { return Unicode.Scalar(first) ?? "\u{fffd}" }
    var after = rest
    guard after.popFirst() == "\\", after.popFirst() == "u", let second = unit(&after),
      UTF16.isTrailSurrogate(second)
    else { return "\u{fffd}" }
    rest = after
    // BOUNDED: ten bits each.
    let (high, low) = (UInt32(first & 0x3FF), UInt32(second & 0x3FF))
    return Unicode.Scalar(0x10000 &+ (high << 10 | low)) ?? "\u{fffd}"
  }

  /// Reads four hexadecimal digits; nil, and nothing, if there are not so many.
  private static func unit(_ rest: inout Substring.UnicodeScalarView) -> UInt16? {
    let digits = rest.prefix(4)
    guard digits.count == 4, digits.allSatisfy(\.properties.isASCIIHexDigit) else { return nil }
    rest = rest.dropFirst(4)
    return UInt16(String(digits), radix: 16)
  }
}
