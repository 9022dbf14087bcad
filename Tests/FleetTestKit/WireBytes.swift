/// Protocol Buffers' bytes, written by hand: what no generated code would write can be written too.
package enum WireBytes {
  /// A value of a field.
  package enum Value: Hashable, Sendable {
    case varint(UInt64)
    case eightBytes(UInt64)
    case counted([UInt8])
  }

  /// A number in groups of seven bits.
  package static func varint(_ number: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(truncatingIfNeeded: rest)]
  }

  /// A field with its number.
  package static func field(_ number: Int, _ value: Value) -> [UInt8] {
    let tag = UInt64(number) << 3
    switch value {
    case .varint(let number): return varint(tag) + varint(number)
    case .eightBytes(let bits): return varint(tag | 1) + (0..<8).map { UInt8(truncatingIfNeeded: bits >> ($0 * 8)) }
    case .counted(let bytes): return varint(tag | 2) + varint(UInt64(bytes.count)) + bytes
    }
  }

  /// A value of a field deep inside a message, in the messages that lead to it; maps get the entry of one key.
  package static func message(_ path: ProtoSchema.Path, _ value: Value) -> [UInt8] {
    var value = value
    var bytes: [UInt8] = []
    for field in path.fields.reversed() {
      if case .map = field.kind { value = .counted(Self.field(1, .counted([0x6B])) + Self.field(2, value)) }
      bytes = Self.field(field.number, value)
      value = .counted(bytes)
    }
    return bytes
  }

  /// A message in which a list or map has so many elements, all alike and as small as can be.
  package static func list(_ path: ProtoSchema.Path, _ count: Int) -> [UInt8] {
    guard let last = path.fields.last else { return [] }
    let element: Value
    switch last.kind {
    case .text, .bytes, .message: element = .counted([])
    case .map(let value):
      element = .counted(field(2, value == .real ? .eightBytes(0) : value.isCounted ? .counted([]) : .varint(0)))
    case .real: element = .eightBytes(0)
    default: element = .varint(0)
    }
    let one = field(last.number, element)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(one.count * count)
    for _ in 0..<count { bytes += one }
    for outer in path.fields.dropLast().reversed() {
      if case .map = outer.kind { bytes = field(2, .counted(bytes)) }
      bytes = field(outer.number, .counted(bytes))
    }
    return bytes
  }
}

extension ProtoSchema.Kind {
  fileprivate var isCounted: Bool {
    switch self {
    case .text, .bytes, .message, .map: true
    default: false
    }
  }
}
