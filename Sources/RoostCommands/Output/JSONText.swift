internal import Fleet

/// A growing JSON text; long listings are written straight into its bytes.
struct JSONText {
  private(set) var bytes: [UInt8] = []

  /// The text.
  var string: String { String(decoding: bytes, as: UTF8.self) }

  /// Adds text that is JSON already.
  mutating func add(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func add(spaces count: Int) {
    for _ in 0..<count { bytes.append(UInt8(ascii: " ")) }
  }

  /// Adds a value, two spaces a level, without a final line end.
  mutating func add(_ value: OutputValue, indent: Int) {
    switch value {
    case .list(let items):
      guard !items.isEmpty else { return add("[]" as StaticString) }
      for (index, item) in items.enumerated() {
        add(index == 0 ? "[\n" : ",\n" as StaticString)
        add(spaces: 2 * indent + 2)
        add(item, indent: indent + 1)
      }
      add("\n" as StaticString)
      add(spaces: 2 * indent)
      add("]" as StaticString)
    case .object(let entries):
      guard !entries.isEmpty else { return add("{}" as StaticString) }
      for (index, entry) in entries.enumerated() {
        add(index == 0 ? "{\n" : ",\n" as StaticString)
        add(spaces: 2 * indent + 2)
        add(quoted: entry.key)
        add(": " as StaticString)
        add(entry.value, indent: indent + 1)
      }
      add("\n" as StaticString)
      add(spaces: 2 * indent)
      add("}" as StaticString)
    case .null, .flag, .integer, .number, .text: add(scalar: value)
    }
  }

  /// Adds a value on one line.
  mutating func add(compact value: OutputValue) {
    switch value {
    case .list(let items):
      add("[" as StaticString)
      for (index, item) in items.enumerated() {
        if index > 0 { add("," as StaticString) }
        add(compact: item)
      }
      add("]" as StaticString)
    case .object(let entries):
      add("{" as StaticString)
      for (index, entry) in entries.enumerated() {
        if index > 0 { add("," as StaticString) }
        add(quoted: entry.key)
        add(":" as StaticString)
        add(compact: entry.value)
      }
      add("}" as StaticString)
    case .null, .flag, .integer, .number, .text: add(scalar: value)
    }
  }

  private mutating func add(scalar value: OutputValue) {
    switch value {
    case .null, .list, .object: add("null" as StaticString)
    case .flag(let flag): add(flag ? "true" : "false" as StaticString)
    case .integer(let number): add(String(number))
    case .number(let number): add(number.isFinite ? String(number) : "null")
    case .text(let text): add(quoted: text)
    }
  }

  /// Adds a JSON string; escapes everything that a terminal could interpret.
  mutating func add(quoted text: String) {
    bytes.append(UInt8(ascii: "\""))
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    // Nearly every text is printable ASCII and stands there as it is.
    if !bytes[start...].allSatisfy(Self.isPlain) {
      bytes.removeSubrange(start...)
      for scalar in text.unicodeScalars { add(scalar) }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private mutating func add(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": add("\\\"" as StaticString)
    case "\\": add("\\\\" as StaticString)
    case "\n": add("\\n" as StaticString)
    case "\r": add("\\r" as StaticString)
    case "\t": add("\\t" as StaticString)
    default:
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
        for unit in String(scalar).utf16 {
          add("\\u" as StaticString)
          add(Hexadecimal.text(UInt64(unit), digits: 4))
        }
      default: bytes.append(contentsOf: String(scalar).utf8)
      }
    }
  }
}

extension OutputValue {
  /// JSON on one line.
  var compactJSON: String {
    var text = JSONText()
    text.add(compact: self)
    return text.string
  }

  /// JSON for people, two spaces a level, without a final line end.
  func json(indent: Int = 0) -> String {
    var text = JSONText()
    text.add(self, indent: indent)
    return text.string
  }

  /// A JSON string; escapes everything that a terminal could interpret.
  static func quoted(_ text: String) -> String {
    var result = JSONText()
    result.add(quoted: text)
    return result.string
  }
}
