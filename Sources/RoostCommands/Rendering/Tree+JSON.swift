internal import Fleet

extension Tree {
  /// JSON on one line.
  var compactJSON: String {
    switch self {
    case .null, .flag, .integer, .number, .text: scalarJSON
    case .list(let items): "[" + items.map(\.compactJSON).joined(separator: ",") + "]"
    case .object(let entries):
      "{" + entries.map { "\(Self.quoted($0.key)):\($0.value.compactJSON)" }.joined(separator: ",") + "}"
    }
  }

  /// JSON for people, two spaces a level, without a final line end.
  func json(indent: Int = 0) -> String {
    let pad = String(repeating: "  ", count: indent + 1)
    let close = String(repeating: "  ", count: indent)
    switch self {
    case .null, .flag, .integer, .number, .text: return scalarJSON
    case .list(let items):
      guard !items.isEmpty else { return "[]" }
      return "[\n" + items.map { pad + $0.json(indent: indent + 1) }.joined(separator: ",\n") + "\n\(close)]"
    case .object(let entries):
      guard !entries.isEmpty else { return "{}" }
      let lines = entries.map { "\(pad)\(Self.quoted($0.key)): \($0.value.json(indent: indent + 1))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(close)}"
    }
  }

  var scalarJSON: String {
    switch self {
    case .null, .list, .object: "null"
    case .flag(let flag): flag ? "true" : "false"
    case .integer(let number): String(number)
    case .number(let number): number.isFinite ? String(number) : "null"
    case .text(let text): Self.quoted(text)
    }
  }

  /// A JSON string; everything a terminal might obey is escaped.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
          result += String(scalar).utf16.map { "\\u" + Hexadecimal.text(UInt64($0), digits: 4) }.joined()
        default: result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
