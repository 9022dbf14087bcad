public import Fleet

extension FleetSnapshotReader {
  // Both must be answered by an index; a test asks SQLite for its plan.
  static let macHolderQuery = "SELECT * FROM mac_ledger WHERE mac = ? AND state <> 'retired'"
  // The plus sign keeps SQLite from walking the whole ledger in the order of its numbers.
  static let macHistoryQuery = "SELECT * FROM mac_ledger WHERE mac = ? ORDER BY +number"

  /// The ledger's live row of an address: allocated, reserved or quarantined, also if the quarantine is over;
  /// nil if the address was never handed out or is retired. Takes logarithmic time.
  public func macHolder(_ mac: MACAddress) throws(FleetError) -> MACEntry? {
    try rows(of: "a MAC", Self.macHolderQuery, [Int64(mac.number)]).reading(Self.macEntry).first
  }

  /// The ledger by address; retired rows, if asked for, come before the live one.
  public func macEntries(includeRetired: Bool) throws(FleetError) -> [MACEntry] {
    let condition = includeRetired ? "" : "WHERE state <> 'retired'"
    return try rows(of: "a MAC", "SELECT * FROM mac_ledger \(condition) ORDER BY mac, number")
      .reading(Self.macEntry)
  }

  /// All rows of an address, oldest first.
  public func macHistory(_ mac: MACAddress) throws(FleetError) -> [MACEntry] {
    try rows(of: "a MAC", Self.macHistoryQuery, [Int64(mac.number)]).reading(Self.macEntry)
  }

  /// Who had an address by the ledger and how long, oldest first; a quarantine is no part of it.
  public func macHolds(_ mac: MACAddress) throws(FleetError) -> [MACHold] {
    try rows(of: "a MAC", Self.macHistoryQuery, [Int64(mac.number)]).reading { row throws(FleetError) in
      let entry = try Self.macEntry(row)
      let isOver = entry.state == .quarantined || entry.state == .retired
      let wasReserved = entry.source == "reserved"
      return MACHold(
        owner: entry.owner, state: wasReserved ? .reserved : .allocated, source: entry.source,
        from: try row.time("made_at"), to: isOver ? try row.timeIfAny("released_at") ?? entry.since : nil)
    }
  }

  static func mac(_ row: StoredRow) throws(FleetError) -> MACAddress {
    guard let number = UInt64(exactly: try row.integer("mac")), let mac = MACAddress(number: number) else {
      throw .unreadable("mac", of: row.table, "it is out of range")
    }
    return mac
  }

  static func macEntry(_ row: StoredRow) throws(FleetError) -> MACEntry {
    MACEntry(
      mac: try mac(row), state: try row.word("state"),
      owner: AddressOwner(vm: try row.text("vm_name"), vmID: try row.idIfAny("vm_id"), host: try row.text("host")),
      since: try row.time("since"), until: try row.timeIfAny("until"), source: try row.text("source"),
      isLeftBehind: try row.flag("left_behind"))
  }
}
