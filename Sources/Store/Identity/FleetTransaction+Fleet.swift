public import Fleet

extension FleetTransaction {
  func insertFleet(_ record: FleetRecord) throws(FleetError) {
    try insert(
      into: "fleet",
      [
        "only": 1, "id": record.id.description, "name": record.name,
        "created_at": record.createdAt.milliseconds, "incarnation": record.incarnation.description,
        "epoch": record.epoch, "link_address": record.linkAddress, "enrolment_address": record.enrolmentAddress,
        "mac_prefix": record.macPrefix, "vnc_first": record.vncFirst, "vnc_last": record.vncLast,
        "quarantine_seconds": record.quarantineSeconds,
      ], about: "the fleet")
  }

  /// Begins a new term of office.
  /// - Returns: its epoch, greater than all before.
  /// - Throws: ``FleetError`` with code `internal` if there is no greater one.
  @discardableResult
  public func takeOffice() throws(FleetError) -> Int64 {
    try change("UPDATE fleet SET epoch = epoch + 1", about: "the epoch")
    return try fleet().epoch
  }

  /// Lifts the epoch to one that an agent was told by a life of the database that is lost; a lower one changes
  /// nothing.
  public func raiseEpoch(to epoch: Int64) throws(FleetError) {
    try change("UPDATE fleet SET epoch = ?1 WHERE epoch < ?1", [epoch], about: "the epoch")
  }

  /// Begins a new life of the database, after it came back from a backup.
  public func renewIncarnation(_ incarnation: Incarnation) throws(FleetError) {
    try change("UPDATE fleet SET incarnation = ?", [incarnation.description], about: "the fleet")
  }

  /// Changes what the fleet was set up with: name, addresses, pools and quarantine; the rest of the record is not
  /// looked at.
  public func updateFleet(_ record: FleetRecord) throws(FleetError) {
    try update(
      "fleet",
      [
        "name": record.name, "link_address": record.linkAddress, "enrolment_address": record.enrolmentAddress,
        "mac_prefix": record.macPrefix, "vnc_first": record.vncFirst, "vnc_last": record.vncLast,
        "quarantine_seconds": record.quarantineSeconds,
      ], where: "only", is: 1, about: "the fleet")
  }

  /// Moves the cursor of MAC addresses forward; a lower number changes nothing.
  /// - Throws: ``FleetError`` with code `invalid` above 2⁴⁸.
  public func advanceMACCursor(to cursor: UInt64) throws(FleetError) {
    guard cursor <= 1 << 48 else { throw FleetError(.invalid, "the MAC cursor \(cursor) is past the last address") }
    try change(
      "UPDATE fleet SET mac_cursor = ?1 WHERE mac_cursor < ?1", [Int64(cursor)], about: "the MAC cursor")
  }
}
