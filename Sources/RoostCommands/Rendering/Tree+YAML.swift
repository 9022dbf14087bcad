extension Tree {
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

  private static func item(_ value: Tree) -> [String] {
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

  /// Plain where no reader of YAML can take it for anything but text, else quoted as in JSON.
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
