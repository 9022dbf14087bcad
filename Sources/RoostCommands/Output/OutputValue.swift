internal import Fleet

/// A JSON or YAML value; keys keep their order.
enum OutputValue: Hashable, Sendable {
  /// Nothing.
  case null
  /// True or false.
  case flag(Bool)
  /// A whole number.
  case integer(Int64)
  /// A number with a fraction.
  case number(Double)
  /// Text.
  case text(String)
  /// Values in order.
  case list([OutputValue])
  /// Named values in order.
  case object([Entry])

  /// One named value of an object.
  struct Entry: Hashable, Sendable {
    let key: String
    let value: OutputValue
  }

  /// An object of these pairs, in their order.
  static func object(_ pairs: KeyValuePairs<String, OutputValue>) -> OutputValue {
    .object(pairs.map { Entry(key: $0.key, value: $0.value) })
  }

  /// An object of labels, ordered by key.
  static func labels(_ labels: [String: String]) -> OutputValue {
    .object(labels.sorted { $0.key < $1.key }.map { Entry(key: $0.key, value: .text($0.value)) })
  }

  /// Text, or null if it is empty.
  static func optional(_ text: String) -> OutputValue { text.isEmpty ? .null : .text(text) }

  /// A number, or null if there is none.
  static func optional(_ number: Double?) -> OutputValue { number.map { .number($0) } ?? .null }

  /// RFC 3339, or null.
  static func time(_ time: Timestamp?) -> OutputValue { time.map { .text($0.description) } ?? .null }

  /// Bytes.
  static func bytes(_ memory: ByteCount) -> OutputValue { .integer(memory.bytes) }

  /// A whole number.
  static func count(_ number: Int) -> OutputValue { .integer(Int64(number)) }

  /// Texts in order.
  static func texts(_ texts: [String]) -> OutputValue { .list(texts.map { .text($0) }) }

  /// The object with more entries behind its own.
  func adding(_ pairs: KeyValuePairs<String, OutputValue>) -> OutputValue {
    guard case .object(let entries) = self else { return self }
    return .object(entries + pairs.map { Entry(key: $0.key, value: $0.value) })
  }

  /// The object with another object's entries behind its own.
  func adding(_ other: OutputValue) -> OutputValue {
    guard case .object(let entries) = self, case .object(let more) = other else { return self }
    return .object(entries + more)
  }
}

extension OutputValue {
  var scalarJSON: String {
    switch self {
    case .null, .list, .object: "null"
    case .flag(let flag): flag ? "true" : "false"
    case .integer(let number): String(number)
    case .number(let number): number.isFinite ? String(number) : "null"
    case .text(let text): Self.quoted(text)
    }
  }
}

extension OutputValue {
  /// YAML in block style, with a final line end.
  var yaml: String { lines.joined(separator: "\n") + "\n" }

  private var lines: [String] {
    switch self {
    case .null, .flag, .integer, .number: [scalarJSON]
    case .text(let text): [Self.yamlText(text)]
    case .list(let items): items.isEmpty ? ["[]"] : items.flatMap(Self.item)
    case .object(let entries): entries.isEmpty ? ["{}"] : entries.flatMap(Self.entry)
    }
  }

  private static func item(_ value: OutputValue) -> [String] {
    let lines = value.lines
    return ["- \(lines[0])"] + lines.dropFirst().map { "  \($0)" }
  }

  private static func entry(_ entry: Entry) -> [String] {
    let key = yamlText(entry.key)
    switch entry.value {
    case .list(let items) where !items.isEmpty:
      return ["\(key):"] + entry.value.lines.map { "  \($0)" }
    case .object(let entries) where !entries.isEmpty:
      return ["\(key):"] + entry.value.lines.map { "  \($0)" }
    case .null, .flag, .integer, .number, .text, .list, .object:
      return ["\(key): \(entry.value.lines[0])"]
    }
  }

  /// Unquoted if every YAML reader takes it for text, else quoted as in JSON.
  private static func yamlText(_ text: String) -> String {
    let words: Set = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    let startsWithLetter = text.utf8.first.map { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A } ?? false
    let isSafe = isPlain && startsWithLetter && !words.contains(text.lowercased())
    return isSafe ? text : quoted(text)
  }
}
