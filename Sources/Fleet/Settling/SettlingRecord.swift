/// That a database is older than the fleet it belongs to, and how much is known of what it does not know.
package struct SettlingRecord: Hashable, Sendable {
  /// Since when.
  package var since: Timestamp
  /// How it was noticed, one sentence.
  package var reason: String
  /// True if the database was made anew and has nothing but what hosts tell.
  package var isRebuild: Bool
  /// True once what the old database had left unfinished has been given up.
  package var hasBegun: Bool
  /// The highest MAC cursor that an agent was told.
  package var macCursor: UInt64
  /// The hosts that have told all they have since.
  package var reported: Set<HostID>
  /// When it ended; nil while it goes on.
  package var endedAt: Timestamp?
  /// The coordinator's epoch when it ended; nil while it goes on, and for one of an earlier release.
  package var endedEpoch: Int64?

  /// Makes a record.
  package init(
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
