internal import SwiftProtobuf

/// The methods that SwiftProtobuf's generated code calls, one for each type of field.
extension BoundedDecoder: SwiftProtobuf.Decoder {
  mutating func handleConflictingOneOf() throws {}

  mutating func decodeSingularFloatField(value: inout Float) throws {
    try one(.fourBytes) { try $0.checkReal(Double(Float(bitPattern: UInt32(truncatingIfNeeded: $1)))) }
  }
  mutating func decodeSingularFloatField(value: inout Float?) throws {
    try one(.fourBytes) { try $0.checkReal(Double(Float(bitPattern: UInt32(truncatingIfNeeded: $1)))) }
  }
  mutating func decodeRepeatedFloatField(value: inout [Float]) throws {
    try list(.fourBytes) { try $0.checkReal(Double(Float(bitPattern: UInt32(truncatingIfNeeded: $1)))) }
  }
  mutating func decodeSingularDoubleField(value: inout Double) throws {
    try one(.eightBytes) { try $0.checkReal(Double(bitPattern: $1)) }
  }
  mutating func decodeSingularDoubleField(value: inout Double?) throws {
    try one(.eightBytes) { try $0.checkReal(Double(bitPattern: $1)) }
  }
  mutating func decodeRepeatedDoubleField(value: inout [Double]) throws {
    try list(.eightBytes) { try $0.checkReal(Double(bitPattern: $1)) }
  }
  mutating func decodeSingularInt32Field(value: inout Int32) throws { try one(.varint) { try $0.checkSigned32($1) } }
  mutating func decodeSingularInt32Field(value: inout Int32?) throws { try one(.varint) { try $0.checkSigned32($1) } }
  mutating func decodeRepeatedInt32Field(value: inout [Int32]) throws { try list(.varint) { try $0.checkSigned32($1) } }
  mutating func decodeSingularInt64Field(value: inout Int64) throws { try one(.varint) { try $0.checkSigned($1) } }
  mutating func decodeSingularInt64Field(value: inout Int64?) throws { try one(.varint) { try $0.checkSigned($1) } }
  mutating func decodeRepeatedInt64Field(value: inout [Int64]) throws { try list(.varint) { try $0.checkSigned($1) } }
  mutating func decodeSingularUInt32Field(value: inout UInt32) throws {
    try one(.varint) { try $0.checkUnsigned32($1) }
  }
  mutating func decodeSingularUInt32Field(value: inout UInt32?) throws {
    try one(.varint) { try $0.checkUnsigned32($1) }
  }
  mutating func decodeRepeatedUInt32Field(value: inout [UInt32]) throws {
    try list(.varint) { try $0.checkUnsigned32($1) }
  }
  mutating func decodeSingularUInt64Field(value: inout UInt64) throws { try one(.varint) { try $0.checkUnsigned($1) } }
  mutating func decodeSingularUInt64Field(value: inout UInt64?) throws { try one(.varint) { try $0.checkUnsigned($1) } }
  mutating func decodeRepeatedUInt64Field(value: inout [UInt64]) throws {
    try list(.varint) { try $0.checkUnsigned($1) }
  }
  mutating func decodeSingularBoolField(value: inout Bool) throws { try one(.varint) { try $0.checkAny($1) } }
  mutating func decodeSingularBoolField(value: inout Bool?) throws { try one(.varint) { try $0.checkAny($1) } }
  mutating func decodeRepeatedBoolField(value: inout [Bool]) throws { try list(.varint) { try $0.checkAny($1) } }
  mutating func decodeSingularSInt32Field(value: inout Int32) throws { try one(.varint) { try $0.checkAny($1) } }
  mutating func decodeSingularSInt32Field(value: inout Int32?) throws { try one(.varint) { try $0.checkAny($1) } }
  mutating func decodeRepeatedSInt32Field(value: inout [Int32]) throws { try list(.varint) { try $0.checkAny($1) } }
  mutating func decodeSingularSInt64Field(value: inout Int64) throws {
    try one(.varint) { try $0.checkUnsigned($1 >> 1) }
  }
  mutating func decodeSingularSInt64Field(value: inout Int64?) throws {
    try one(.varint) { try $0.checkUnsigned($1 >> 1) }
  }
  mutating func decodeRepeatedSInt64Field(value: inout [Int64]) throws {
    try list(.varint) { try $0.checkUnsigned($1 >> 1) }
  }
  mutating func decodeSingularFixed32Field(value: inout UInt32) throws { try one(.fourBytes) { try $0.checkAny($1) } }
  mutating func decodeSingularFixed32Field(value: inout UInt32?) throws { try one(.fourBytes) { try $0.checkAny($1) } }
  mutating func decodeRepeatedFixed32Field(value: inout [UInt32]) throws {
    try list(.fourBytes) { try $0.checkAny($1) }
  }
  mutating func decodeSingularFixed64Field(value: inout UInt64) throws {
    try one(.eightBytes) { try $0.checkUnsigned($1) }
  }
  mutating func decodeSingularFixed64Field(value: inout UInt64?) throws {
    try one(.eightBytes) { try $0.checkUnsigned($1) }
  }
  mutating func decodeRepeatedFixed64Field(value: inout [UInt64]) throws {
    try list(.eightBytes) { try $0.checkUnsigned($1) }
  }
  mutating func decodeSingularSFixed32Field(value: inout Int32) throws { try one(.fourBytes) { try $0.checkAny($1) } }
  mutating func decodeSingularSFixed32Field(value: inout Int32?) throws { try one(.fourBytes) { try $0.checkAny($1) } }
  mutating func decodeRepeatedSFixed32Field(value: inout [Int32]) throws {
    try list(.fourBytes) { try $0.checkAny($1) }
  }
  mutating func decodeSingularSFixed64Field(value: inout Int64) throws {
    try one(.eightBytes) { try $0.checkSigned($1) }
  }
  mutating func decodeSingularSFixed64Field(value: inout Int64?) throws {
    try one(.eightBytes) { try $0.checkSigned($1) }
  }
  mutating func decodeRepeatedSFixed64Field(value: inout [Int64]) throws {
    try list(.eightBytes) { try $0.checkSigned($1) }
  }
  mutating func decodeSingularStringField(value: inout String) throws { try text() }
  mutating func decodeSingularStringField(value: inout String?) throws { try text() }
  mutating func decodeRepeatedStringField(value: inout [String]) throws { try texts() }
  mutating func decodeSingularBytesField(value: inout ProtobufBytes.BaseType) throws { try text() }
  mutating func decodeSingularBytesField(value: inout ProtobufBytes.BaseType?) throws { try text() }
  mutating func decodeRepeatedBytesField(value: inout [ProtobufBytes.BaseType]) throws { try texts() }
  mutating func decodeSingularEnumField<E: SwiftProtobuf.Enum>(value: inout E) throws where E.RawValue == Int {
    try one(.varint) { try $0.checkAny($1) }
  }
  mutating func decodeSingularEnumField<E: SwiftProtobuf.Enum>(value: inout E?) throws where E.RawValue == Int {
    try one(.varint) { try $0.checkAny($1) }
  }
  mutating func decodeRepeatedEnumField<E: SwiftProtobuf.Enum>(value: inout [E]) throws where E.RawValue == Int {
    try list(.varint) { try $0.checkAny($1) }
  }
  mutating func decodeSingularMessageField<M: SwiftProtobuf.Message>(value: inout M?) throws {
    guard reads(.counted) else { return }
    let content = try counted()
    do {
      try Self.walk(content, M.self, walk)
    } catch let excess as Excess {
      throw excess.within(name)
    }
  }
  mutating func decodeRepeatedMessageField<M: SwiftProtobuf.Message>(value: inout [M]) throws {
    guard reads(.counted) else { return }
    let content = try counted()
    try countElement()
    do {
      try Self.walk(content, M.self, walk)
    } catch let excess as Excess {
      throw excess.within("\(name)[\(elements - 1)]")
    }
  }
  mutating func decodeSingularGroupField<G: SwiftProtobuf.Message>(value: inout G?) throws {}
  mutating func decodeRepeatedGroupField<G: SwiftProtobuf.Message>(value: inout [G]) throws {}
  mutating func decodeMapField<KeyType, ValueType: MapValueType>(
    fieldType: _ProtobufMap<KeyType, ValueType>.Type, value: inout _ProtobufMap<KeyType, ValueType>.BaseType
  ) throws {
    switch ValueType.self {
    case is ProtobufInt64.Type: try entry({ try $0.checkSigned($1) }, nil)
    case is ProtobufInt32.Type: try entry({ try $0.checkSigned32($1) }, nil)
    case is ProtobufUInt32.Type: try entry({ try $0.checkUnsigned32($1) }, nil)
    default: try entry({ try $0.checkUnsigned($1) }, nil)
    }
  }
  mutating func decodeMapField<KeyType, ValueType>(
    fieldType: _ProtobufEnumMap<KeyType, ValueType>.Type, value: inout _ProtobufEnumMap<KeyType, ValueType>.BaseType
  ) throws where ValueType.RawValue == Int {
    try entry({ try $0.checkSigned32($1) }, nil)
  }
  mutating func decodeMapField<KeyType, ValueType>(
    fieldType: _ProtobufMessageMap<KeyType, ValueType>.Type,
    value: inout _ProtobufMessageMap<KeyType, ValueType>.BaseType
  ) throws {
    let walk = walk
    try entry({ try $0.checkUnsigned($1) }) { try Self.walk($0, ValueType.self, walk) }
  }
  mutating func decodeExtensionField(
    values: inout ExtensionFieldValueSet, messageType: any SwiftProtobuf.Message.Type, fieldNumber: Int
  ) throws {}
}

extension BoundedDecoder {
  private typealias Check = (BoundedDecoder, UInt64) throws -> Void

  private mutating func number(_ encoding: Encoding) throws -> UInt64 {
    switch encoding {
    case .varint: try varint()
    case .eightBytes: try fixed(8)
    case .fourBytes: try fixed(4)
    case .counted: 0
    }
  }

  /// One number.
  private mutating func one(_ encoding: Encoding, _ check: Check) throws {
    guard reads(encoding) else { return }
    try check(self, try number(encoding))
  }

  /// A list's numbers, one by one or packed.
  private mutating func list(_ encoding: Encoding, _ check: Check) throws {
    if reads(encoding) {
      try countElement()
      try check(self, try number(encoding))
    } else if reads(.counted) {
      var packed = inside(try counted())
      while !packed.isEmpty {
        try packed.countElement()
        try check(packed, try packed.number(encoding))
      }
      absorb(packed)
    }
  }

  private mutating func text() throws {
    guard reads(.counted) else { return }
    try checkLength(try counted().count)
  }

  private mutating func texts() throws {
    guard reads(.counted) else { return }
    try countElement()
    try checkLength(try counted().count)
  }

  /// An entry of a map: its key is field 1, its value field 2, which is a message if there is a `walk` for it.
  private mutating func entry(
    _ check: Check, _ walk: ((Slice<UnsafeRawBufferPointer>) throws -> Void)?
  ) throws {
    guard reads(.counted) else { return }
    try countElement()
    var inner = inside(try counted())
    try inner.readEntry(check, walk)
  }

  private mutating func readEntry(
    _ check: Check, _ walk: ((Slice<UnsafeRawBufferPointer>) throws -> Void)?
  ) throws {
    while !isEmpty {
      let tag = try varint()
      let isKey = tag >> 3 == 1
      guard let encoding = Encoding(rawValue: tag & 7) else { throw excess("is written as no map is") }
      switch encoding {
      case .varint:
        try check(self, try varint())
      case .eightBytes: try checkReal(Double(bitPattern: try fixed(8)))
      case .fourBytes: _ = try fixed(4)
      case .counted:
        let content = try counted()
        if isKey {
          guard content.count <= FieldLimit.name else {
            throw excess("has a key of \(content.count) bytes; at most \(FieldLimit.name) fit")
          }
        } else if let walk {
          do {
            try walk(content)
          } catch let excess as Excess {
            throw excess.within(name)
          }
        } else {
          try checkLength(content.count)
        }
      }
    }
  }
}
