/// The recovery in progress after a restored backup: why it began and which hosts have reported since.
package struct SettlingRecord: Hashable, Sendable {
  /// When it began.
  package var since: Timestamp
  /// How it was noticed, one sentence.
  package var reason: String
  /// True if the database was rebuilt and contains only what hosts reported.
  package var isRebuild: Bool
  /// True once the unfinished operations of the old database have been failed.
  package var hasBegun: Bool
  /// The highest MAC cursor that an agent has received.
  package var macCursor: UInt64
  /// The hosts that have sent a full report since.
  package var reported: Set<HostID>
  /// When it ended; nil while it lasts.
  package var endedAt: Timestamp?
  /// The coordinator's epoch at its end; nil while it lasts, and for one of an earlier release.
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
