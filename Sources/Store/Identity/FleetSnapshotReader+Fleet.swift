public import Fleet

extension FleetSnapshotReader {
  /// The fleet's identity and set-up.
  public func fleet() throws(FleetError) -> FleetRecord {
    let row = try fleetRow()
    return FleetRecord(
      id: try row.id("id"), name: try row.text("name"), createdAt: try row.time("created_at"),
      incarnation: try row.id("incarnation"), epoch: try row.integer("epoch"),
      linkAddress: try row.text("link_address"), enrolmentAddress: try row.text("enrolment_address"),
      macPrefix: try row.text("mac_prefix"), vncFirst: try row.small("vnc_first"),
      vncLast: try row.small("vnc_last"), quarantineSeconds: try row.integer("quarantine_seconds"))
  }

  /// Where the next MAC address of the pool is looked for: a number that never goes back.
  public func macCursor() throws(FleetError) -> UInt64 {
    UInt64(clamping: try fleetRow().integer("mac_cursor"))
  }

  /// What agents are told to remember of this database.
  public func highWater() throws(FleetError) -> HighWater {
    let fleet = try fleet()
    // While the fleet settles, the cursor has not jumped yet to where hosts have said that it was.
    let cursor = max(try macCursor(), try settling()?.macCursor ?? 0)
    return HighWater(
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
