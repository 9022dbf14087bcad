/// The highest that an agent was ever told; a coordinator with less has been restored from a backup.
public struct HighWater: Hashable, Sendable {
  /// The highest epoch.
  public var epoch: Int64
  /// The incarnation that told it, or empty.
  public var incarnation: String
  /// The highest MAC cursor.
  public var macCursor: UInt64

  /// Makes the value.
  public init(epoch: Int64, incarnation: String, macCursor: UInt64) {
    self.epoch = epoch
    self.incarnation = incarnation
    self.macCursor = macCursor
  }
}
