public import Fleet

extension FleetSnapshotReader {
  /// The pools in use, the fleet's own first, the others by name.
  public func macPools() throws(FleetError) -> [MACPoolRecord] {
    let fleet = try fleet()
    let own = MACPoolRecord(
      pool: try MACPool(name: MACPoolRecord.defaultName, prefix: fleet.macPrefix), selector: .fleet,
      cursor: try macCursor(), createdAt: fleet.createdAt)
    return [own]
      + (try rows(of: "a MAC pool", "SELECT * FROM mac_pools WHERE ended_at IS NULL ORDER BY name")
        .reading(Self.macPool))
  }

  /// How far the cursors of all pools beside the fleet's own have come, ended ones too, by what this database did and
  /// by what agents remember of one that was lost.
  public func poolCursors() throws(FleetError) -> PoolCursors {
    var cursors = PoolCursors()
    let found = try rows(
      of: "a MAC pool",
      "SELECT first, last, cursor FROM mac_pools UNION ALL SELECT first, last, cursor FROM told_cursors")
    for row in found { cursors.raise(try Self.range(row), to: UInt64(clamping: try row.integer("cursor"))) }
    return cursors
  }

  /// How many addresses of a range the ledger holds back, and how many its pool gave since a moment less those that
  /// came back. Linear in the ledger's rows of the range.
  public func macUse(in range: MACRange, since: Timestamp) throws(FleetError) -> (use: MACPoolUse, net: Int64) {
    let ends: [Int64] = [Int64(range.first.number), Int64(range.last.number)]
    var use = MACPoolUse()
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
