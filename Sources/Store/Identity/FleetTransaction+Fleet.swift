package import Fleet

extension FleetTransaction {
  func insertFleet(_ record: FleetRecord) throws(FleetError) {
    try insert(
      into: "fleet",
      [
        "only": 1, "id": record.id.description, "name": record.name,
        "created_at": record.createdAt.milliseconds, "incarnation": record.incarnation.description,
        "epoch": record.epoch, "link_address": record.linkAddress, "enrolment_address": record.enrolmentAddress,
        "mac_prefix": record.macPrefix, "vnc_first": record.vncFirst, "vnc_last": record.vncLast,
        "quarantine_seconds": record.quarantineSeconds, "vnc_default": record.vncDefault.rawValue,
      ], about: "the fleet")
  }

  /// Begins a new epoch.
  /// - Returns: the epoch, greater than all before.
  /// - Throws: ``FleetError`` with code `internal` if there is no greater one.
  @discardableResult
  package func beginEpoch() throws(FleetError) -> Int64 {
    try change("UPDATE fleet SET epoch = epoch + 1", about: "the epoch")
    return try fleet().epoch
  }

  /// Raises the epoch to one that an agent received from a lost database; a lower one changes nothing.
  package func raiseEpoch(to epoch: Int64) throws(FleetError) {
    try change("UPDATE fleet SET epoch = ?1 WHERE epoch < ?1", [epoch], about: "the epoch")
  }

  /// Begins a new incarnation of the database, after a restore from a backup.
  package func renewIncarnation(_ incarnation: Incarnation) throws(FleetError) {
    try change("UPDATE fleet SET incarnation = ?", [incarnation.description], about: "the fleet")
  }

  /// Changes the fleet's settings: name, addresses, pools and quarantine; ignores the rest of the record.
  package func updateFleet(_ record: FleetRecord) throws(FleetError) {
    try update(
      "fleet",
      [
        "name": record.name, "link_address": record.linkAddress, "enrolment_address": record.enrolmentAddress,
        "mac_prefix": record.macPrefix, "vnc_first": record.vncFirst, "vnc_last": record.vncLast,
        "quarantine_seconds": record.quarantineSeconds, "vnc_default": record.vncDefault.rawValue,
      ], where: "only", is: 1, about: "the fleet")
  }

  /// Moves the cursor of MAC addresses forward; a lower number changes nothing.
  /// - Throws: ``FleetError`` with code `invalid` above 2⁴⁸.
  package func advanceMACCursor(to cursor: UInt64) throws(FleetError) {
    guard cursor <= 1 << 48 else { throw FleetError(.invalid, "the MAC cursor \(cursor) is past the last address") }
    try change(
      "UPDATE fleet SET mac_cursor = ?1 WHERE mac_cursor < ?1", [Int64(cursor)], about: "the MAC cursor")
  }
}

extension FleetSnapshotReader {
  /// The fleet's identity and settings.
  package func fleet() throws(FleetError) -> FleetRecord {
    let row = try fleetRow()
    return FleetRecord(
      id: try row.id("id"), name: try row.text("name"), createdAt: try row.time("created_at"),
      incarnation: try row.id("incarnation"), epoch: try row.integer("epoch"),
      linkAddress: try row.text("link_address"), enrolmentAddress: try row.text("enrolment_address"),
      macPrefix: try row.text("mac_prefix"), vncFirst: try row.small("vnc_first"),
      vncLast: try row.small("vnc_last"), quarantineSeconds: try row.integer("quarantine_seconds"),
      vncDefault: try row.word("vnc_default"))
  }

  /// The cursor of the default MAC pool, which never decreases.
  package func macCursor() throws(FleetError) -> UInt64 {
    UInt64(clamping: try fleetRow().integer("mac_cursor"))
  }

  /// The high-water marks that agents keep for this database.
  package func highWater() throws(FleetError) -> HighWaterMarks {
    let fleet = try fleet()
    // While the fleet settles, the cursor is not yet raised to the highest one that hosts reported.
    let cursor = max(try macCursor(), try settling()?.macCursor ?? 0)
    return HighWaterMarks(
      epoch: fleet.epoch, incarnation: fleet.incarnation.description, macCursor: cursor,
      poolCursors: try poolCursors(), lastEvent: try lastEventNumber())
  }

  private func fleetRow() throws(FleetError) -> StoredRow {
    guard let row = try row(of: "the fleet", "SELECT * FROM fleet") else {
      throw FleetError(.precondition, "the database has no fleet", hint: "make one: roost-coordinator init")
    }
    return row
  }
}
