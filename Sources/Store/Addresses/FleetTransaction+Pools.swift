package import Fleet

extension FleetTransaction {
  /// Adds a pool. It continues the cursor of an earlier pool of the same range.
  /// - Throws: ``FleetError`` with code `conflict` that names the pool with the same name or selector, or an
  ///   overlapping range.
  package func insertPool(_ record: MACPoolRecord) throws(FleetError) {
    let pool = record.pool
    for other in try macPools() {
      guard other.pool.name != pool.name else {
        throw FleetError(.conflict, "there is a MAC pool \"\(pool.name)\" already", hint: "roost mac pool list")
      }
      guard other.selector != record.selector || other.pool.name == MACPoolRecord.defaultName else {
        throw FleetError(.conflict, "MAC pool \"\(other.pool.name)\" serves \(other.selector) already")
      }
      guard pool.last < other.pool.first || other.pool.last < pool.first else {
        throw FleetError(
          .conflict,
          "the range \(pool.first)-\(pool.last) overlaps MAC pool \"\(other.pool.name)\", \(other.pool.first) to "
            + "\(other.pool.last)", hint: "roost mac pool list")
      }
    }
    let reached = try poolCursors()[MACRange(first: pool.first, last: pool.last)]
    let (kind, chooser): (String, String) =
      switch record.selector {
      case .network(let name): ("network", name)
      case .label(let key, let value): ("label", "\(key)=\(value)")
      case .fleet: ("fleet", "")
      }
    try insert(
      into: "mac_pools",
      [
        "name": pool.name, "first": Int64(pool.first.number), "last": Int64(pool.last.number), "kind": kind,
        "chooser": chooser, "cursor": Int64(clamping: max(reached, record.cursor)),
        "created_at": record.createdAt.milliseconds,
      ], about: "MAC pool \"\(pool.name)\"")
  }

  /// Ends a pool; VMs keep the addresses that it gave.
  /// - Throws: ``FleetError`` with code `notFound`, or `precondition` for the default pool.
  package func removePool(_ name: String, at: Timestamp) throws(FleetError) {
    guard name != MACPoolRecord.defaultName else {
      throw FleetError(.precondition, "the MAC pool \"default\" was founded with the fleet and stays")
    }
    let count = try change(
      "UPDATE mac_pools SET ended_at = ? WHERE name = ? AND ended_at IS NULL", [at.milliseconds, name],
      about: "MAC pool \"\(name)\"")
    guard count == 1 else {
      throw FleetError(.notFound, "there is no MAC pool \"\(name)\"", hint: "list them: roost mac pool list")
    }
  }

  /// Moves a pool's cursor forward; a lower number changes nothing.
  /// - Throws: ``FleetError`` with code `invalid` for a cursor out of range.
  package func advanceCursor(of pool: String, to cursor: UInt64) throws(FleetError) {
    guard pool != MACPoolRecord.defaultName else { return try advanceMACCursor(to: cursor) }
    guard cursor <= 1 << 62 else {
      throw FleetError(.invalid, "the cursor \(cursor) of MAC pool \"\(pool)\" is too high")
    }
    try change(
      "UPDATE mac_pools SET cursor = ?1 WHERE name = ?2 AND ended_at IS NULL AND cursor < ?1", [Int64(cursor), pool],
      about: "the cursor of MAC pool \"\(pool)\"")
  }
}

extension FleetSnapshotReader {
  /// The pools in use, the default one first, the others by name.
  package func macPools() throws(FleetError) -> [MACPoolRecord] {
    let fleet = try fleet()
    let own = MACPoolRecord(
      pool: try MACPool(name: MACPoolRecord.defaultName, prefix: fleet.macPrefix), selector: .fleet,
      cursor: try macCursor(), createdAt: fleet.createdAt)
    return [own]
      + (try rows(of: "a MAC pool", "SELECT * FROM mac_pools WHERE ended_at IS NULL ORDER BY name")
        .reading(Self.macPool))
  }

  /// The cursors of all pools except the default one, ended pools included: the higher of what this database did and
  /// what agents remember of a lost one.
  package func poolCursors() throws(FleetError) -> PoolCursors {
    var cursors = PoolCursors()
    let found = try rows(
      of: "a MAC pool",
      "SELECT first, last, cursor FROM mac_pools UNION ALL SELECT first, last, cursor FROM told_cursors")
    for row in found { cursors.raise(try Self.range(row), to: UInt64(clamping: try row.integer("cursor"))) }
    return cursors
  }

  /// How many addresses of a range the ledger holds back, and how many its pool gave since a moment minus those that
  /// came back. Linear in the ledger's rows of the range.
  package func macUse(in range: MACRange, since: Timestamp) throws(FleetError) -> (use: MACPoolUsage, net: Int64) {
    let ends: [Int64] = [Int64(range.first.number), Int64(range.last.number)]
    var use = MACPoolUsage()
    let counts = try rows(
      of: "the MAC ledger",
      """
      SELECT state, count(*) AS many, sum(source = 'pool' AND made_at >= ?3) AS recent FROM mac_ledger
      WHERE mac BETWEEN ?1 AND ?2 AND state <> 'retired' GROUP BY state
      """, ends + [since.milliseconds])
    var net: Int64 = 0
    for row in counts {
      let many = UInt64(clamping: try row.integer("many"))
      net += try row.integer("recent")
      switch try row.word("state") as LedgerState {
      case .allocated: use.allocated = many
      case .reserved: use.reserved = many
      case .quarantined: use.quarantined = many
      case .observed, .conflict, .retired: break
      }
    }
    let returned = try row(
      of: "the MAC ledger",
      """
      SELECT count(*) AS many FROM mac_ledger
      WHERE mac BETWEEN ?1 AND ?2 AND state = 'retired' AND source = 'pool' AND since >= ?3 AND made_at < ?3
      """, ends + [since.milliseconds])
    net -= try returned?.integer("many") ?? 0
    for reservation in try macReservations() where reservation.range.overlaps(range) {
      use.reserved +=
        min(reservation.range.last, range.last).number - max(reservation.range.first, range.first).number + 1
    }
    return (use, net)
  }

  private static func macPool(_ row: StoredRow) throws(FleetError) -> MACPoolRecord {
    let range = try Self.range(row)
    let chooser = try row.text("chooser")
    let selector: MACPoolSelector
    switch try row.text("kind") {
    case "network": selector = .network(chooser)
    case "label":
      let parts = chooser.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      selector = .label(key: parts.first ?? "", value: parts.count > 1 ? parts[1] : "")
    case "fleet": selector = .fleet
    case let other: throw .unreadable("kind", of: row.table, "\"\(other)\" is not known")
    }
    return MACPoolRecord(
      pool: try MACPool(name: try row.text("name"), first: range.first, last: range.last), selector: selector,
      cursor: UInt64(clamping: try row.integer("cursor")), createdAt: try row.time("created_at"))
  }
}
