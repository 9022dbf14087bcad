internal import Fleet

extension OutputValue {
  /// A noun by its own keys: in snake_case, `_bytes` behind those of sizes, and null for what is absent.
  init(_ noun: some Encodable) {
    let encoder = OutputEncoder()
    // No noun refuses to be encoded; what one wrote before it did would be shown.
    try? encoder.encode(noun)
    self = encoder.value
  }

  /// The object with one entry under another key, with another value, or both.
  func replacing(_ key: String, as other: String? = nil, with value: OutputValue? = nil) -> OutputValue {
    guard case .object(let entries) = self else { return self }
    return .object(entries.map { $0.key == key ? Entry(key: other ?? key, value: value ?? $0.value) : $0 })
  }

  /// The object without these entries.
  func removing(_ keys: Set<String>) -> OutputValue {
    guard case .object(let entries) = self else { return self }
    return .object(entries.filter { !keys.contains($0.key) })
  }
}

/// Writes one value, and has an encoder for each value in it.
private final class OutputEncoder: Encoder {
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  private enum Shape { case scalar, list, object }

  private var shape = Shape.scalar
  private var scalar = OutputValue.null
  // BOUNDED: the items of nouns that are in memory already.
  private var items: [OutputEncoder] = []
  // BOUNDED: the fields of such nouns.
  private var entries: [(key: String, value: OutputEncoder)] = []

  var value: OutputValue {
    switch shape {
    case .scalar: scalar
    case .list: .list(items.map(\.value))
    case .object: .object(entries.map { .init(key: $0.key, value: $0.value.value) })
    }
  }

  var count: Int { items.count }

  func encode(_ noun: some Encodable) throws {
    switch noun {
    case let flag as Bool: scalar = .flag(flag)
    case let text as String: scalar = .text(text)
    case let number as any BinaryInteger: scalar = .integer(Int64(clamping: number))
    case let number as any BinaryFloatingPoint: scalar = .number(Double(number))
    case let address as MACAddress: scalar = .text(address.description)
    case let map as any StringKeyed:
      shape = .object
      for (key, value) in map.sorted { try entry(key).encode(value) }
    default: try noun.encode(to: self)
    }
  }

  /// The encoder of a new entry of the object.
  func entry(_ key: String) -> OutputEncoder {
    let encoder = OutputEncoder()
    shape = .object
    entries.append((key, encoder))
    return encoder
  }

  /// The encoder of a new item of the list.
  func item() -> OutputEncoder {
    let encoder = OutputEncoder()
    shape = .list
    items.append(encoder)
    return encoder
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    shape = .object
    return KeyedEncodingContainer(Fields(encoder: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    shape = .list
    return Items(encoder: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { Single(encoder: self) }
}

/// A map of texts to values: its keys are no fields, and stay as they are.
private protocol StringKeyed {
  var sorted: [(String, any Encodable)] { get }
}

extension Dictionary: StringKeyed where Key == String, Value: Encodable {
  fileprivate var sorted: [(String, any Encodable)] { sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
}

private struct Fields<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let encoder: OutputEncoder
  var codingPath: [any CodingKey] { [] }

  /// `startVCPUs` is `start_vcpus`; a size has its unit behind it.
  private static func name(_ key: Key, of type: Any.Type) -> String {
    var name = ""
    var isInWord = false
    for character in key.stringValue {
      if character.isUppercase, isInWord { name += "_" }
      isInWord = !character.isUppercase
      name += character.lowercased()
    }
    return type == ByteCount.self ? name + "_bytes" : name
  }

  func encodeNil(forKey key: Key) { _ = encoder.entry(Self.name(key, of: Never.self)) }

  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    try encoder.entry(Self.name(key, of: Value.self)).encode(value)
  }

  func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws { try write(value, key) }
  // The standard library has these of its own, which leave out what is absent.
  func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try write(value, key) }
  func encodeIfPresent(_ value: String?, forKey key: Key) throws { try write(value, key) }
  func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try write(value, key) }
  func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try write(value, key) }
  func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try write(value, key) }
  func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try write(value, key) }

  private func write<Value: Encodable>(_ value: Value?, _ key: Key) throws {
    let entry = encoder.entry(Self.name(key, of: Value.self))
    if let value { try entry.encode(value) }
  }

  func nestedContainer<Inner: CodingKey>(
    keyedBy type: Inner.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Inner> { encoder.entry(Self.name(key, of: Never.self)).container(keyedBy: type) }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    encoder.entry(Self.name(key, of: Never.self)).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { encoder }
  func superEncoder(forKey key: Key) -> any Encoder { encoder.entry(Self.name(key, of: Never.self)) }
}

private struct Items: UnkeyedEncodingContainer {
  let encoder: OutputEncoder
  var codingPath: [any CodingKey] { [] }
  var count: Int { encoder.count }

  func encodeNil() { _ = encoder.item() }
  func encode<Value: Encodable>(_ value: Value) throws { try encoder.item().encode(value) }

  func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    encoder.item().container(keyedBy: type)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder.item().unkeyedContainer() }
  func superEncoder() -> any Encoder { encoder.item() }
}

private struct Single: SingleValueEncodingContainer {
  let encoder: OutputEncoder
  var codingPath: [any CodingKey] { [] }

  func encodeNil() {}
  func encode<Value: Encodable>(_ value: Value) throws { try encoder.encode(value) }
}
