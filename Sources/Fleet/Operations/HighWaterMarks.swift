/// The highest that an agent was ever told; a coordinator with less has been restored from a backup.
public struct HighWaterMarks: Hashable, Sendable {
  /// The highest epoch.
  public var epoch: Int64
  /// The incarnation that told it, or empty.
  public var incarnation: String
  /// The highest MAC cursor of the fleet's own pool.
  public var macCursor: UInt64
  /// The highest cursors of the other pools.
  public var poolCursors: PoolCursors
  /// The highest event number since the agent was last welcomed.
  public var lastEvent: Int64

  /// Makes the value.
  public init(
    epoch: Int64, incarnation: String, macCursor: UInt64, poolCursors: PoolCursors = PoolCursors(),
    lastEvent: Int64 = 0
  ) {
    self.epoch = epoch
    self.incarnation = incarnation
    self.macCursor = macCursor
    self.poolCursors = poolCursors
    self.lastEvent = lastEvent
  }
}
