package import Fleet

extension FleetTransaction {
  /// Deletes requests too old to be repeated, the oldest first; those whose operation still runs stay.
  /// - Returns: how many were deleted, at most `limit`.
  @discardableResult
  package func pruneRequests(before: Timestamp, limit: Int) throws(FleetError) -> Int {
    try change(
      """
      DELETE FROM requests WHERE id IN (
        SELECT requests.id FROM requests LEFT JOIN operations ON operations.id = requests.operation_id
        WHERE requests.at < ? AND coalesce(operations.state, '') NOT IN ('pending', 'running')
        ORDER BY requests.at LIMIT ?)
      """, [before.milliseconds, max(0, limit)], about: "old requests")
  }

  /// Deletes sightings that ended before a moment, and for each host those beyond the newest `keeping`. Open sightings
  /// stay, and so does the ledger of what Roost gave.
  /// - Returns: how many were deleted, at most `limit`.
  @discardableResult
  package func pruneSightings(before: Timestamp, keeping: Int, limit: Int) throws(FleetError) -> Int {
    try change(
      """
      DELETE FROM mac_sightings WHERE number IN (
        SELECT number FROM (
          SELECT number, ended_at, row_number() OVER (PARTITION BY host_id ORDER BY ended_at DESC, number DESC) AS place
          FROM mac_sightings WHERE ended_at IS NOT NULL)
        WHERE ended_at < ? OR place > ? LIMIT ?)
      """, [before.milliseconds, max(0, keeping), max(0, limit)], about: "old sightings")
  }

  /// Deletes the oldest events: those from before a moment, and those beyond the newest `keeping`. The newest always
  /// stays, and there is never a gap.
  /// - Returns: how many were deleted, at most `limit`.
  @discardableResult
  package func pruneEvents(before: Timestamp, keeping: Int64, limit: Int) throws(FleetError) -> Int {
    let first = try firstEventNumber()
    let end = min(first + Int64(max(0, limit)), try lastEventNumber())
    guard first > 0, end > first else { return 0 }
    // After the clock was set back, a young event may precede an old one; then both stay.
    let young = try row(
      of: "an event", "SELECT number FROM events WHERE number >= ? AND number < ? AND at >= ? ORDER BY number LIMIT 1",
      [first, end, before.milliseconds])
    let byAge = try young?.integer("number") ?? end
    let byCount = min(end, try lastEventNumber() - max(1, keeping) + 1)
    return try change(
      "DELETE FROM events WHERE number < ?", [max(byAge, byCount)], about: "old events")
  }

  /// Deletes the oldest rows of the audit log: those from before a moment, and of refused callers those beyond the
  /// newest `keeping`.
  /// - Returns: how many were deleted, at most `limit`.
  @discardableResult
  package func pruneAudit(before: Timestamp, keeping: Int64, limit: Int) throws(FleetError) -> Int {
    let old = try change(
      "DELETE FROM audit WHERE number IN (SELECT number FROM audit WHERE at < ? ORDER BY number LIMIT ?)",
      [before.milliseconds, max(0, limit)], about: "the old audit record")
    let more = try change(
      """
      DELETE FROM audit WHERE number IN (
        SELECT number FROM audit WHERE kind GLOB 'security.*' AND number <= (
          SELECT number FROM audit WHERE kind GLOB 'security.*' ORDER BY number DESC LIMIT 1 OFFSET ?)
        ORDER BY number LIMIT ?)
      """, [max(0, keeping), max(0, limit - old)], about: "the old audit record")
    return old + more
  }
}
