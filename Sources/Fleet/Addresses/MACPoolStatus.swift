/// A MAC pool as people ask for it.
public struct MACPoolStatus: Hashable, Sendable {
  /// The pool.
  public var record: MACPoolRecord
  /// How much of it is in use.
  public var use: MACPoolUse
  /// In how many seconds it runs out at the present rate; nil if that can't be known.
  public var runsOutInSeconds: Double?

  /// Makes a status.
  public init(record: MACPoolRecord, use: MACPoolUse, runsOutInSeconds: Double?) {
    self.record = record
    self.use = use
    self.runsOutInSeconds = runsOutInSeconds
  }

  /// How many addresses can be handed out now.
  // BOUNDED: the larger one is on the left.
  public var free: UInt64 { record.pool.count > use.used ? record.pool.count - use.used : 0 }
}
