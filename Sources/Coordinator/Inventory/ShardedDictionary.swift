/// A dictionary in many parts, so that changing it while somebody reads a copy copies one part and not all.
struct ShardedDictionary<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private static var shardCount: Int { 512 }

  /// None until something is added.
  private var shards: [[Key: Value]] = []
  /// How many keys have a value.
  private(set) var count = 0

  init() {}

  var isEmpty: Bool { count == 0 }

  /// The value of a key; nil removes it.
  subscript(key: Key) -> Value? {
    get { shards.isEmpty ? nil : shards[Self.shard(of: key)][key] }
    set { change(key) { $0 = newValue } }
  }

  /// Changes the value of a key in place; nil stands for no value.
  /// - Complexity: that of the body; while a copy of the dictionary is alive, one part of it more.
  mutating func change<Result>(_ key: Key, _ body: (inout Value?) -> Result) -> Result {
    if shards.isEmpty { shards = Array(repeating: [:], count: Self.shardCount) }
    let shard = Self.shard(of: key)
    let before = shards[shard].count
    let result = body(&shards[shard][key])
    // BOUNDED: counts what is in memory.
    count += shards[shard].count - before
    return result
  }

  private static func shard(of key: Key) -> Int { abs(key.hashValue % shardCount) }
}

extension ShardedDictionary: Sequence {
  func makeIterator() -> FlattenSequence<[[Key: Value]]>.Iterator { shards.joined().makeIterator() }

  /// The keys, in no order.
  var keys: some Sequence<Key> { lazy.map(\.key) }

  /// The values, in no order.
  var values: some Sequence<Value> { lazy.map(\.value) }
}
