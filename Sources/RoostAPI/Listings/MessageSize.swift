package import SwiftProtobuf

/// How many bytes a message takes on the wire at most, without encoding it.
package enum MessageSize {
  /// An upper bound, close for texts and generous for numbers.
  /// - Complexity: linear in the fields and list elements; no text is copied.
  package static func atMost(_ message: some SwiftProtobuf.Message) -> Int {
    var count = Count()
    // Only a required field that is missing could stop it, which proto3 does not have.
    try? message.traverse(visitor: &count)
    return count.bytes
  }

  /// Counts what the generated code shows of a message.
  private struct Count: Visitor {
    /// A field's number and type; numbers below 262,144 take no more.
    private static let tag = 3
    /// The longest integer, and the longest length of what follows.
    private static let integer = 10
    private static let length = 5

    private(set) var bytes = 0

    private mutating func add(_ content: Int) {
      // BOUNDED: sizes of what is in memory.
      bytes += Self.tag + content
    }

    mutating func visitSingularDoubleField(value: Double, fieldNumber: Int) { add(8) }
    mutating func visitSingularInt64Field(value: Int64, fieldNumber: Int) { add(Self.integer) }
    mutating func visitSingularUInt64Field(value: UInt64, fieldNumber: Int) { add(Self.integer) }
    mutating func visitSingularBoolField(value: Bool, fieldNumber: Int) { add(1) }
    mutating func visitSingularEnumField<E: SwiftProtobuf.Enum>(value: E, fieldNumber: Int) { add(Self.integer) }

    mutating func visitSingularStringField(value: String, fieldNumber: Int) {
      // BOUNDED: sizes of what is in memory.
      add(Self.length + value.utf8.count)
    }

    mutating func visitSingularBytesField(value: ProtobufBytes.BaseType, fieldNumber: Int) { add(bytes: value) }
    mutating func visitUnknown(bytes: ProtobufBytes.BaseType) { add(bytes: bytes) }

    private mutating func add(bytes: some Collection<UInt8>) {
      // BOUNDED: sizes of what is in memory.
      add(Self.length + bytes.count)
    }

    mutating func visitSingularMessageField<M: SwiftProtobuf.Message>(value: M, fieldNumber: Int) throws {
      add(Self.length)
      try value.traverse(visitor: &self)
    }

    mutating func visitMapField<KeyType, ValueType: MapValueType>(
      fieldType: _ProtobufMap<KeyType, ValueType>.Type, value: _ProtobufMap<KeyType, ValueType>.BaseType,
      fieldNumber: Int
    ) throws {
      for (key, value) in value {
        add(Self.length)
        try KeyType.visitSingular(value: key, fieldNumber: 1, with: &self)
        try ValueType.visitSingular(value: value, fieldNumber: 2, with: &self)
      }
    }

    mutating func visitMapField<KeyType, ValueType>(
      fieldType: _ProtobufEnumMap<KeyType, ValueType>.Type, value: _ProtobufEnumMap<KeyType, ValueType>.BaseType,
      fieldNumber: Int
    ) throws where ValueType.RawValue == Int {
      for key in value.keys {
        // BOUNDED: small constants.
        add(Self.length + Self.tag + Self.integer)
        try KeyType.visitSingular(value: key, fieldNumber: 1, with: &self)
      }
    }

    mutating func visitMapField<KeyType, ValueType>(
      fieldType: _ProtobufMessageMap<KeyType, ValueType>.Type,
      value: _ProtobufMessageMap<KeyType, ValueType>.BaseType, fieldNumber: Int
    ) throws {
      for (key, value) in value {
        add(Self.length)
        try KeyType.visitSingular(value: key, fieldNumber: 1, with: &self)
        try visitSingularMessageField(value: value, fieldNumber: 2)
      }
    }
  }
}
