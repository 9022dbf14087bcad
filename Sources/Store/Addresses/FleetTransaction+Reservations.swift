package import Fleet

extension FleetTransaction {
  /// Reserves a range of addresses for devices outside the fleet; addresses in it that are in quarantine stay so.
  /// - Throws: ``FleetError`` with code `conflict` that names the first owner if a VM has one of the addresses or one
  ///   is reserved.
  package func reserveMACs(_ range: MACRange, for purpose: String, at: Timestamp) throws(FleetError) {
    if let other = try macReservation(overlapping: range) {
      throw FleetError(
        .conflict, "\(range) overlaps \(other.range), which is reserved for \"\(other.purpose)\"",
        hint: "roost mac list")
    }
    if let held = try heldMACs(in: range, limit: 1).first {
      let how = held.state == .reserved ? "is reserved for" : "belongs to"
      throw FleetError(.conflict, "MAC \(held.mac) \(how) \(held.owner)", hint: "roost mac show \(held.mac)")
    }
    try insert(
      into: "mac_ranges",
      [
        "first": Int64(range.first.number), "last": Int64(range.last.number), "purpose": purpose,
        "made_at": at.milliseconds,
      ], about: "MAC range \(range)")
  }

  /// Ends the reservation whose range contains an address.
  /// - Throws: ``FleetError`` with code `notFound` without one.
  package func releaseRange(of mac: MACAddress, at: Timestamp) throws(FleetError) {
    guard let found = try macReservation(mac) else {
      throw FleetError(.notFound, "MAC \(mac) lies in no reserved range", hint: "roost mac list")
    }
    try change(
      "UPDATE mac_ranges SET ended_at = ? WHERE first = ? AND ended_at IS NULL",
      [at.milliseconds, Int64(found.range.first.number)], about: "MAC range \(found.range)")
  }
}

extension FleetSnapshotReader {
  // Answered by one step in an index, because live ranges never overlap; a test asks SQLite for its plan.
  static let macRangeQuery = """
    SELECT * FROM mac_ranges WHERE ended_at IS NULL AND first <= ? ORDER BY first DESC LIMIT 1
    """

  /// The live reserved range that contains an address, or nil. Takes logarithmic time.
  package func macReservation(_ mac: MACAddress) throws(FleetError) -> MACReservation? {
    let found = try rows(of: "a MAC range", Self.macRangeQuery, [Int64(mac.number)]).reading(Self.macReservation)
    return found.first { $0.range.contains(mac) }
  }

  /// The first live reserved range that shares an address with this one, or nil. Takes logarithmic time.
  package func macReservation(overlapping range: MACRange) throws(FleetError) -> MACReservation? {
    let found = try rows(of: "a MAC range", Self.macRangeQuery, [Int64(range.last.number)])
      .reading(Self.macReservation)
    return found.first { $0.range.overlaps(range) }
  }

  /// The reserved ranges by their first address; ended ones, if asked for, come before the live one.
  package func macReservations(includeEnded: Bool = false) throws(FleetError) -> [MACReservation] {
    let condition = includeEnded ? "" : "WHERE ended_at IS NULL"
    return try rows(of: "a MAC range", "SELECT * FROM mac_ranges \(condition) ORDER BY first, number")
      .reading(Self.macReservation)
  }

  /// Every reserved range that ever contained an address, oldest first. Walks through all ranges.
  package func macReservationHistory(_ mac: MACAddress) throws(FleetError) -> [MACReservation] {
    try rows(
      of: "a MAC range", "SELECT * FROM mac_ranges WHERE ? BETWEEN first AND last ORDER BY number",
      [Int64(mac.number)]
    ).reading(Self.macReservation)
  }

  /// The ledger's live rows in a range that are allocated or reserved, lowest address first, at most `limit`.
  package func heldMACs(in range: MACRange, limit: Int) throws(FleetError) -> [MACLedgerEntry] {
    try rows(
      of: "a MAC",
      """
      SELECT * FROM mac_ledger WHERE mac BETWEEN ? AND ? AND state <> 'retired' AND state IN ('allocated', 'reserved')
      ORDER BY mac LIMIT ?
      """, [Int64(range.first.number), Int64(range.last.number), limit]
    ).reading(Self.macEntry)
  }

  private static func macReservation(_ row: StoredRow) throws(FleetError) -> MACReservation {
    MACReservation(
      range: try range(row), purpose: try row.text("purpose"), madeAt: try row.time("made_at"),
      endedAt: try row.timeIfAny("ended_at"))
  }

  /// The columns `first` and `last`.
  static func range(_ row: StoredRow) throws(FleetError) -> MACRange {
    guard let first = UInt64(exactly: try row.integer("first")).flatMap({ MACAddress(number: $0) }),
      let last = UInt64(exactly: try row.integer("last")).flatMap({ MACAddress(number: $0) }),
      let range = try? MACRange(first: first, last: last)
    else { throw .unreadable("first", of: row.table, "the range is none") }
    return range
  }
}
