package import Fleet

extension FleetTransaction {
  /// Begins settling; does nothing if it is already in progress.
  ///
  /// Revokes open join tokens: each may have been used or revoked since the backup was made.
  package func settle(at: Timestamp, reason: String, isRebuild: Bool = false) throws(FleetError) {
    guard try settling() == nil else { return }
    try insert(
      into: "settlings",
      ["since": at.milliseconds, "reason": reason.withoutNUL, "rebuild": isRebuild, "begun": false],
      about: "settling")
    try revokeOpenTokens(at: at, because: "it may have been used or revoked since this database was copied")
  }

  /// Records that the unfinished operations of the old database have been failed.
  package func noteSettlingBegun() throws(FleetError) {
    try change("UPDATE settlings SET begun = 1 WHERE ended_at IS NULL", about: "settling")
  }

  /// Records the MAC cursor that an agent has received; a lower one changes nothing.
  /// - Throws: ``FleetError`` with code `invalid` above 2⁴⁸.
  package func noteSettling(macCursor: UInt64) throws(FleetError) {
    guard macCursor <= 1 << 48 else {
      throw FleetError(.invalid, "the MAC cursor \(macCursor) is past the last address")
    }
    try change(
      "UPDATE settlings SET mac_cursor = ?1 WHERE ended_at IS NULL AND mac_cursor < ?1", [Int64(macCursor)],
      about: "settling")
  }

  /// Records the cursors of pools that an agent has received; lower ones change nothing. They also apply to pools that
  /// are made later.
  /// - Throws: ``FleetError`` with code `invalid` above 2⁴⁸.
  package func noteCursors(_ cursors: PoolCursors) throws(FleetError) {
    let known = try poolCursors()
    for (range, cursor) in cursors.byRange where cursor > known[range] {
      guard cursor <= PoolCursors.highest else {
        throw FleetError(.invalid, "the cursor \(cursor) of \(range) is past the last address")
      }
      try change(
        """
        INSERT INTO told_cursors (first, last, cursor) VALUES (?1, ?2, ?3)
        ON CONFLICT (first, last) DO UPDATE SET cursor = max(cursor, excluded.cursor)
        """, [Int64(range.first.number), Int64(range.last.number), Int64(cursor)], about: "the cursor of \(range)")
    }
  }

  /// Records that a host has sent a full report since the last settling began, even after its end.
  package func noteSettling(reported host: HostID, at: Timestamp) throws(FleetError) {
    try change(
      """
      INSERT INTO settling_reports (settling, host_id, at)
      SELECT number, ?1, ?2 FROM settlings WHERE number = (SELECT max(number) FROM settlings)
      ON CONFLICT (settling, host_id) DO NOTHING
      """, [host.description, at.milliseconds], about: "settling")
  }

  /// Ends settling.
  package func endSettling(at: Timestamp) throws(FleetError) {
    try change(
      "UPDATE settlings SET ended_at = ?, ended_epoch = (SELECT epoch FROM fleet) WHERE ended_at IS NULL",
      [at.milliseconds], about: "settling")
  }

  /// Fails the unfinished operations of the old database, removes its tombstones, and lets its hosts' reports decide
  /// the state of its VMs.
  /// - Returns: the failed operations.
  package func giveUpUnfinished(_ failure: FleetError, at: Timestamp) throws(FleetError) -> [FleetOperation] {
    var ended: [FleetOperation] = []
    for operation in try operations(unfinished: true, limit: .max) {
      var operation = operation
      operation.state = .failed
      operation.endedAt = at
      operation.failure = failure
      operation.failure?.operation = operation.id
      if let index = operation.steps.firstIndex(where: { $0.state != .done }) {
        operation.steps[index].state = .failed
        operation.steps[index].detail = failure.message
      }
      try updateOperation(operation)
      ended.append(operation)
    }
    for tombstone in try tombstones() { try removeTombstone(vm: tombstone.vmID) }
    for vm in try vms() where vm.phase != nil {
      var vm = vm
      vm.phase = nil
      try updateVM(vm)
    }
    return ended
  }
}

extension FleetSnapshotReader {
  /// The settling in progress, or nil.
  package func settling() throws(FleetError) -> SettlingRecord? {
    guard let last = try lastSettling(), last.endedAt == nil else { return nil }
    return last
  }

  /// The last settling, ended or not; nil if there never was one.
  package func lastSettling() throws(FleetError) -> SettlingRecord? {
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
  package func certificateExpiry(of host: HostID) throws(FleetError) -> Timestamp? {
    try row(
      of: "a certificate",
      "SELECT max(expires_at) AS expires_at FROM certificates WHERE subject = ? AND revoked_at IS NULL",
      [host.description])?.timeIfAny("expires_at")
  }
}
