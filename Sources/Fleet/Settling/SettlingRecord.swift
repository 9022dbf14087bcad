/// That a database is older than the fleet it belongs to, and how much is known of what it does not know.
public struct SettlingRecord: Hashable, Sendable {
  /// Since when.
  public var since: Timestamp
  /// How it was noticed, one sentence.
  public var reason: String
  /// True if the database was made anew and has nothing but what hosts tell.
  public var isRebuild: Bool
  /// True once what the old database had left unfinished has been given up.
  public var hasBegun: Bool
  /// The highest MAC cursor that an agent was told.
  public var macCursor: UInt64
  /// The hosts that have told all they have since.
  public var reported: Set<HostID>
  /// When it ended; nil while it goes on.
  public var endedAt: Timestamp?
  /// The coordinator's epoch when it ended; nil while it goes on, and for one of an earlier release.
  public var endedEpoch: Int64?

  /// Makes a record.
  public init(
    since: Timestamp, reason: String, isRebuild: Bool = false, hasBegun: Bool = false, macCursor: UInt64 = 0,
    reported: Set<HostID> = [], endedAt: Timestamp? = nil, endedEpoch: Int64? = nil
  ) {
    self.since = since
    self.reason = reason
    self.isRebuild = isRebuild
    self.hasBegun = hasBegun
    self.macCursor = macCursor
    self.reported = reported
    self.endedAt = endedAt
    self.endedEpoch = endedEpoch
  }
}
