/// The highest numbers that an agent has received from coordinators; a coordinator with lower ones was restored from a
/// backup.
package struct HighWaterMarks: Hashable, Sendable {
  /// The highest epoch.
  package var epoch: Int64
  /// The incarnation that sent it, or empty.
  package var incarnation: String
  /// The highest MAC cursor of the fleet's default pool.
  package var macCursor: UInt64
  /// The highest cursors of the other pools.
  package var poolCursors: PoolCursors
  /// The highest event number since the agent was last welcomed.
  package var lastEvent: Int64

  package init(
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
