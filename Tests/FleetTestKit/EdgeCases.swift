/// Messages in which one field has a value at an edge of its type or of its limit, for every field of a message and of
/// all that it contains.
package struct EdgeCases: Sendable {
  /// One such message.
  package struct Case: Sendable {
    /// The field and its value, as a failure names them.
    package let name: String
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  private let schema: ProtoSchema
  /// What fields hold that are not tried, by their names: a message must get past its first check to reach the next.
  private let usual: [String: WireBytes.Value]
  /// The longest text of a field and the most elements of a list, by field and message.
  private let limits: @Sendable (_ field: String, _ message: String) -> (bytes: Int, elements: Int)

  package init(
    _ schema: ProtoSchema, usual: [String: WireBytes.Value],
    limits: @escaping @Sendable (_ field: String, _ message: String) -> (bytes: Int, elements: Int)
  ) {
    self.schema = schema
    self.usual = usual
    self.limits = limits
  }

  /// A message with usual values in the fields that have some.
  package func filled(_ message: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for field in schema.messages[message] ?? [] where !field.isRepeated {
      switch (field.kind, usual["\(message).\(field.name)"] ?? usual[field.name]) {
      case (.text, .counted(let value)?), (.bytes, .counted(let value)?), (.message, .counted(let value)?):
        bytes += WireBytes.field(field.number, .counted(value))
      case (.unsigned64, .varint(let value)?), (.signed64, .varint(let value)?), (.unsigned32, .varint(let value)?),
        (.bool, .varint(let value)?):
        bytes += WireBytes.field(field.number, .varint(value))
      default: break
      }
    }
    return bytes
  }

  /// All cases of a message: each field once, by the first way that leads to it.
  /// - Parameter fields: takes the names of the fields that were tried.
  package func cases(of root: String, noting fields: inout Set<String>) -> [Case] {
    var cases: [Case] = []
    var hasHuge = false
    for path in schema.paths(from: root) {
      guard let field = path.fields.last else { continue }
      fields.insert(path.name)
      let limit = limits(field.name, path.message)
      for (label, value) in values(field.kind, limit.bytes) {
        cases.append(Case(name: "\(path.name) = \(label)", bytes: message(path, value, root)))
      }
      if case .text = field.kind, !hasHuge {
        hasHuge = true
        let value = WireBytes.Value.counted([UInt8](repeating: 0x61, count: 10_000_000))
        cases.append(Case(name: "\(path.name) = 10 MB", bytes: message(path, value, root)))
      }
      var isList = field.isRepeated
      if case .map = field.kind { isList = true }
      guard isList else { continue }
      for count in [1, limit.elements, limit.elements + 1] {
        cases.append(Case(name: "\(path.name) × \(count)", bytes: filled(root) + WireBytes.list(path, count)))
      }
    }
    return cases
  }

  /// The value deep inside, in messages whose other fields are filled.
  private func message(_ path: ProtoSchema.Path, _ value: WireBytes.Value, _ root: String) -> [UInt8] {
    var value = value
    var bytes: [UInt8] = []
    for (index, field) in path.fields.enumerated().reversed() {
      if case .map = field.kind { value = .counted(WireBytes.field(1, .counted([0x6B])) + WireBytes.field(2, value)) }
      bytes = WireBytes.field(field.number, value)
      guard index > 0 else { break }
      if case .message(let outer) = path.fields[index - 1].kind { bytes = filled(outer) + bytes }
      value = .counted(bytes)
    }
    return filled(root) + bytes
  }

  private func values(_ kind: ProtoSchema.Kind, _ limit: Int) -> [(String, WireBytes.Value)] {
    func texts(_ byte: UInt8) -> [(String, WireBytes.Value)] {
      [0, 1, limit, limit + 1].map { ("\($0) bytes", .counted([UInt8](repeating: byte, count: $0))) }
    }
    switch kind {
    case .text: return texts(0x61) + [("no UTF-8", .counted([0xFF, 0xC0])), ("NUL", .counted([0x61, 0, 0x62]))]
    case .bytes: return texts(0)
    case .unsigned64, .signed64, .unsigned32, .signed32:
      let numbers: [UInt64] = [0, 1 << 31, UInt64(UInt32.max), 1 << 62, (1 << 63) - 1, 1 << 63, .max]
      return numbers.map { ("\($0)", .varint($0)) }
    case .bool: return [("2", .varint(2))]
    case .real:
      let numbers = [0, -1, .infinity, .nan, Double.greatestFiniteMagnitude]
      return numbers.map { ("\($0)", .eightBytes($0.bitPattern)) }
    case .message: return [("nothing", .counted([])), ("noise", .counted([0xFF, 0xFF]))]
    case .map(let value): return values(value, limit)
    }
  }
}
