public import Fleet

extension FleetSnapshotReader {
  /// The settling that goes on, or nil.
  public func settling() throws(FleetError) -> SettlingRecord? {
    guard let last = try lastSettling(), last.endedAt == nil else { return nil }
    return last
  }

  /// The last settling, ended or not; nil if there never was one.
  public func lastSettling() throws(FleetError) -> SettlingRecord? {
    let row = try row(of: "settling", "SELECT * FROM settlings ORDER BY number DESC LIMIT 1")
    guard let row else { return nil }
    let reported = try rows(
      of: "settling", "SELECT host_id FROM settling_reports WHERE settling = ?", [try row.integer("number")]
    ).reading { report throws(FleetError) -> HostID in try report.id("host_id") }
    return SettlingRecord(
      since: try row.time("since"), reason: try row.text("reason"), isRebuild: try row.flag("rebuild"),
      hasBegun: try row.flag("begun"), macCursor: UInt64(clamping: try row.integer("mac_cursor")),
      reported: Set(reported), endedAt: try row.timeIfAny("ended_at"),
      endedEpoch: try row.integerIfAny("ended_epoch"))
  }

  /// The newest expiry of the certificates of a host that are not revoked; nil without one.
  public func certificateExpiry(of host: HostID) throws(FleetError) -> Timestamp? {
    try row(
      of: "a certificate",
      "SELECT max(expires_at) AS expires_at FROM certificates WHERE subject = ? AND revoked_at IS NULL",
      [host.description])?.timeIfAny("expires_at")
  }
}
