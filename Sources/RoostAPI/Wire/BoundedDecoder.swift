internal import SwiftProtobuf

/// Walks the bytes of a message as its generated code would decode them, and keeps only counts.
///
/// The generated code passes each field to a method of SwiftProtobuf's `Decoder`; each method checks the value and
/// leaves its variable alone.
struct BoundedDecoder {
  typealias Excess = MessageBounds.Excess

  /// The wire type of a value.
  enum Encoding: UInt64 {
    case varint = 0
    case eightBytes = 1
    case counted = 2
    case fourBytes = 5
  }

  let message: any SwiftProtobuf.Message.Type
  let walk: MessageBounds.Walk
  private var bytes: Slice<UnsafeRawBufferPointer>
  private var field = 0
  private(set) var encoding = Encoding.varint
  /// True while the value of ``field`` has not been read.
  private var isPending = false
  private var counts: [Int: Int] = [:]
  private var unknown = 0

  init(
    _ bytes: Slice<UnsafeRawBufferPointer>, _ message: any SwiftProtobuf.Message.Type, _ walk: MessageBounds.Walk
  ) {
    self.bytes = bytes
    self.message = message
    self.walk = walk
  }

  /// Walks a message.
  static func walk(
    _ bytes: Slice<UnsafeRawBufferPointer>, _ type: any SwiftProtobuf.Message.Type, _ walk: MessageBounds.Walk
  ) throws {
    try walk.count()
    try open(type, BoundedDecoder(bytes, type, walk))
  }

  private static func open<M: SwiftProtobuf.Message>(_ type: M.Type, _ decoder: BoundedDecoder) throws {
    var decoder = decoder
    var scratch = M()
    try scratch.decodeMessage(decoder: &decoder)
  }

  /// The name of the present field.
  var name: String { walk.name(field, encoding, of: message) }

  /// The name of the message without its package.
  private var messageName: String {
    let name = message.protoMessageName
    return name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? name
  }

  func excess(_ problem: String) -> Excess { Excess(path: name, problem: problem) }

  // MARK: Fields

  /// The number of the next field; skips a value that was not read.
  mutating func nextFieldNumber() throws -> Int? {
    if isPending { try skip() }
    guard !bytes.isEmpty else { return nil }
    let tag = try varint()
    guard let encoding = Encoding(rawValue: tag & 7), let number = Int(exactly: tag >> 3), number > 0 else {
      throw Excess(path: "", problem: "is written as no field of ours is")
    }
    self.encoding = encoding
    field = number
    isPending = true
    return number
  }

  /// Skips a field that the generated code does not know; a newer version may send a few.
  private mutating func skip() throws {
    let before = bytes.count
    switch encoding {
    case .varint: _ = try varint()
    case .eightBytes: _ = try take(8)
    case .fourBytes: _ = try take(4)
    case .counted: _ = try counted()
    }
    isPending = false
    unknown += before - bytes.count
    guard unknown <= FieldLimit.unknown else {
      throw excess("is unknown and holds more than \(FieldLimit.unknown) bytes")
    }
  }

  /// True if the value of the field has the expected wire type; otherwise the field counts as unknown.
  mutating func reads(_ expected: Encoding) -> Bool {
    guard encoding == expected else { return false }
    isPending = false
    return true
  }

  /// Counts one more element of the present list or map.
  mutating func countElement() throws {
    let count = (counts[field] ?? 0) + 1
    counts[field] = count
    try walk.count()
    guard count > 16 else { return }
    let limit = FieldLimit.elements(of: name, in: messageName)
    guard count <= limit else { throw excess("has more than \(limit) elements") }
  }

  /// The counted elements of the present list.
  var elements: Int { counts[field] ?? 0 }

  // MARK: Values

  /// Checks the length of a text or of bytes.
  func checkLength(_ length: Int) throws {
    guard length > FieldLimit.alwaysFits else { return }
    let limit = FieldLimit.bytes(of: name, in: messageName)
    guard length <= limit else { throw excess("holds \(length) bytes; at most \(limit) fit") }
  }

  /// Checks an integer by its size without sign.
  func checkNumber(_ magnitude: UInt64, isNegative: Bool = false) throws {
    guard magnitude > FieldLimit.number else { return }
    let limit = FieldLimit.number(of: name, in: messageName)
    guard magnitude <= limit else {
      throw excess("is \(isNegative ? "-" : "")\(magnitude); at most \(limit) fits")
    }
  }

  func checkUnsigned(_ number: UInt64) throws { try checkNumber(number) }

  func checkSigned(_ number: UInt64) throws {
    let signed = Int64(bitPattern: number)
    try checkNumber(signed.magnitude, isNegative: signed < 0)
  }

  /// Checks a number of a 32-bit field, which the decoder would truncate.
  func checkUnsigned32(_ number: UInt64) throws {
    guard number <= UInt32.max else { throw excess("is \(number); at most \(UInt32.max) fits") }
  }

  func checkSigned32(_ number: UInt64) throws {
    let signed = Int64(bitPattern: number)
    guard Int32(exactly: signed) != nil else { throw excess("is \(signed), which does not fit into 32 bits") }
  }

  func checkAny(_ number: UInt64) throws {}

  func checkReal(_ number: Double) throws {
    guard number.isFinite else { throw excess("is no number: \(number)") }
  }

  // MARK: Bytes

  private var isAtEnd: Excess { Excess(path: field == 0 ? "" : name, problem: "ends before its end") }

  /// The next bytes.
  mutating func take(_ count: Int) throws -> Slice<UnsafeRawBufferPointer> {
    guard count <= bytes.count else { throw isAtEnd }
    defer { bytes = bytes.dropFirst(count) }
    return bytes.prefix(count)
  }

  /// An integer of up to ten bytes.
  mutating func varint() throws -> UInt64 {
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let byte = bytes.popFirst() else { throw isAtEnd }
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return result }
    }
    throw Excess(path: field == 0 ? "" : name, problem: "is an integer without an end")
  }

  /// A length and that many bytes.
  mutating func counted() throws -> Slice<UnsafeRawBufferPointer> {
    guard let count = Int(exactly: try varint()) else { throw isAtEnd }
    return try take(count)
  }

  /// The bits of a number of fixed width.
  mutating func fixed(_ width: Int) throws -> UInt64 {
    try take(width).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A decoder for the packed values of the present field, with the same counts and names.
  func inside(_ bytes: Slice<UnsafeRawBufferPointer>) -> BoundedDecoder {
    var decoder = self
    decoder.bytes = bytes
    return decoder
  }

  /// True if no bytes are left.
  var isEmpty: Bool { bytes.isEmpty }

  /// Takes over the counts of a decoder of packed values.
  mutating func absorb(_ other: BoundedDecoder) { counts = other.counts }
}
