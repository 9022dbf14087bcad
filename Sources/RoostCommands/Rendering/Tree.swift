internal import Fleet

/// A value as JSON and YAML know it; keys keep their order.
enum Tree: Hashable, Sendable {
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
  case list([Tree])
  /// Named values in order.
  case object([Entry])

  /// One named value of an object.
  struct Entry: Hashable, Sendable {
    let key: String
    let value: Tree
  }

  /// An object of these pairs, in their order.
  static func object(_ pairs: KeyValuePairs<String, Tree>) -> Tree {
    .object(pairs.map { Entry(key: $0.key, value: $0.value) })
  }

  /// An object of labels, ordered by key.
  static func labels(_ labels: [String: String]) -> Tree {
    .object(labels.sorted { $0.key < $1.key }.map { Entry(key: $0.key, value: .text($0.value)) })
  }

  /// Text, or null if it is empty.
  static func optional(_ text: String) -> Tree { text.isEmpty ? .null : .text(text) }

  /// A number, or null if there is none.
  static func optional(_ number: Double?) -> Tree { number.map { .number($0) } ?? .null }

  /// RFC 3339, or null.
  static func time(_ time: Timestamp?) -> Tree { time.map { .text($0.description) } ?? .null }

  /// Bytes.
  static func bytes(_ memory: Memory) -> Tree { .integer(memory.bytes) }

  /// A whole number.
  static func count(_ number: Int) -> Tree { .integer(Int64(number)) }

  /// Texts in order.
  static func texts(_ texts: [String]) -> Tree { .list(texts.map { .text($0) }) }

  /// The object with more entries behind its own.
  func adding(_ pairs: KeyValuePairs<String, Tree>) -> Tree {
    guard case .object(let entries) = self else { return self }
    return .object(entries + pairs.map { Entry(key: $0.key, value: $0.value) })
  }

  /// The object with another object's entries behind its own.
  func adding(_ other: Tree) -> Tree {
    guard case .object(let entries) = self, case .object(let more) = other else { return self }
    return .object(entries + more)
  }
}
