/// A MAC pool as the ledger keeps it.
public struct MACPoolRecord: Hashable, Sendable {
  /// The name of the pool that the fleet was founded with.
  public static let defaultName = "default"

  /// Its name and range.
  public var pool: MACPool
  /// The interfaces it serves.
  public var selector: MACPoolSelector
  /// How many addresses were ever walked past; never goes back.
  public var cursor: UInt64
  /// When it was made.
  public var createdAt: Timestamp

  /// Makes a record.
  public init(pool: MACPool, selector: MACPoolSelector, cursor: UInt64 = 0, createdAt: Timestamp) {
    self.pool = pool
    self.selector = selector
    self.cursor = cursor
    self.createdAt = createdAt
  }
}
