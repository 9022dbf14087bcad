package import Fleet

extension FleetTransaction {
  /// Allocates an address to a VM of this transaction or an earlier one.
  /// - Parameter source: `pool`, `chosen` or `observed`.
  /// - Throws: ``FleetError`` with code `conflict` that names the holder if the address is taken or its quarantine is
  ///   not over at `at`.
  package func allocateMAC(
    _ mac: MACAddress, to vm: ManagedVM, source: String, at: Timestamp
  ) throws(FleetError) {
    try freeMAC(mac, at: at)
    try insert(
      into: "mac_ledger",
      [
        "mac": Int64(mac.number), "state": LedgerState.allocated.rawValue, "holder": vm.id.description,
        "vm_id": vm.id.description, "vm_name": vm.spec.name, "host": vm.host, "source": source,
        "made_at": at.milliseconds, "since": at.milliseconds,
      ], about: "MAC \(mac)")
  }

  /// Reserves an address for a device outside the fleet, which `purpose` names.
  /// - Throws: ``FleetError`` with code `conflict`, as ``allocateMAC(_:to:source:at:)`` does.
  package func reserveMAC(_ mac: MACAddress, for purpose: String, at: Timestamp) throws(FleetError) {
    try freeMAC(mac, at: at)
    try insert(
      into: "mac_ledger",
      [
        "mac": Int64(mac.number), "state": LedgerState.reserved.rawValue, "vm_name": purpose, "host": "",
        "source": "reserved", "made_at": at.milliseconds, "since": at.milliseconds,
      ], about: "MAC \(mac)")
  }

  /// Releases all addresses of a VM into quarantine.
  /// - Parameter leftBehind: true if its guest may still use them unobserved.
  /// - Returns: how many there were.
  @discardableResult
  package func releaseMACs(
    of vm: VMID, at: Timestamp, quarantineUntil: Timestamp, leftBehind: Bool = false
  ) throws(FleetError) -> Int {
    try change(
      """
      UPDATE mac_ledger
      SET state = 'quarantined', holder = NULL, since = ?1, released_at = ?1, until = ?2, left_behind = ?4
      WHERE holder = ?3
      """, [at.milliseconds, quarantineUntil.milliseconds, vm.description, leftBehind],
      about: "the MACs of VM \(vm)")
  }

  /// Ends a reservation or a quarantine at once.
  /// - Throws: ``FleetError`` with code `notFound` without a live row, `conflict` while a VM has the address.
  package func retireMAC(_ mac: MACAddress, at: Timestamp) throws(FleetError) {
    guard let holder = try macHolder(mac) else {
      throw FleetError(.notFound, "MAC \(mac) is not in use in the ledger", hint: "roost mac list")
    }
    guard holder.state != .allocated else {
      throw FleetError(.conflict, "MAC \(mac) belongs to \(holder.owner)")
    }
    try retire("mac = ? AND state <> 'retired'", Int64(mac.number), at: at)
  }

  /// Retires the addresses whose quarantine is over.
  /// - Returns: how many there were.
  @discardableResult
  package func expireQuarantine(now: Timestamp) throws(FleetError) -> Int {
    try retire("state = 'quarantined' AND until <= ?", now.milliseconds, at: now)
  }

  @discardableResult
  private func retire(_ condition: String, _ argument: Int64, at: Timestamp) throws(FleetError) -> Int {
    try change(
      "UPDATE mac_ledger SET state = 'retired', since = ? WHERE \(condition)", [at.milliseconds, argument],
      about: "the MAC ledger")
  }

  /// Retires the live row of an address to make room for a new one.
  private func freeMAC(_ mac: MACAddress, at: Timestamp) throws(FleetError) {
    if let reservation = try macReservation(mac) {
      throw FleetError(.conflict, "MAC \(mac) is reserved for \"\(reservation.purpose)\" with \(reservation.range)")
    }
    guard let holder = try macHolder(mac) else { return }
    switch (holder.state, holder.until) {
    case (.quarantined, let until?) where until <= at:
      try retire("mac = ? AND state = 'quarantined'", Int64(mac.number), at: at)
    case (.quarantined, let until):
      let end = until.map { " until \($0)" } ?? ""
      throw FleetError(.conflict, "MAC \(mac) is quarantined\(end); \(holder.owner) had it")
    case (.reserved, _): throw FleetError(.conflict, "MAC \(mac) is reserved for \(holder.owner)")
    default: throw FleetError(.conflict, "MAC \(mac) belongs to \(holder.owner)", hint: "roost mac show \(mac)")
    }
  }
}

extension FleetSnapshotReader {
  // Both must be answered by an index; a test asks SQLite for its plan.
  static let macHolderQuery = "SELECT * FROM mac_ledger WHERE mac = ? AND state <> 'retired'"
  // The plus sign keeps SQLite from walking the whole ledger in the order of its numbers.
  static let macHistoryQuery = "SELECT * FROM mac_ledger WHERE mac = ? ORDER BY +number"

  /// The ledger's live row of an address: allocated, reserved or quarantined, also if the quarantine is over;
  /// nil if the address was never handed out or is retired. Takes logarithmic time.
  package func macHolder(_ mac: MACAddress) throws(FleetError) -> MACLedgerEntry? {
    try rows(of: "a MAC", Self.macHolderQuery, [Int64(mac.number)]).reading(Self.macEntry).first
  }

  /// The ledger by address; retired rows, if asked for, come before the live one.
  package func macEntries(includeRetired: Bool) throws(FleetError) -> [MACLedgerEntry] {
    let condition = includeRetired ? "" : "WHERE state <> 'retired'"
    return try rows(of: "a MAC", "SELECT * FROM mac_ledger \(condition) ORDER BY mac, number")
      .reading(Self.macEntry)
  }

  /// The rows of reserved addresses, by address; reserved ranges have none.
  package func reservedMACs() throws(FleetError) -> [MACLedgerEntry] {
    try rows(of: "a MAC", "SELECT * FROM mac_ledger WHERE state = 'reserved' ORDER BY mac").reading(Self.macEntry)
  }

  /// The addresses in quarantine, with its end, also if it is over; in no order.
  package func quarantinedMACs() throws(FleetError) -> [(mac: MACAddress, until: Timestamp)] {
    try rows(of: "a MAC", "SELECT mac, until FROM mac_ledger WHERE state = 'quarantined'").reading {
      row throws(FleetError) in (try Self.mac(row), try row.time("until"))
    }
  }

  /// All rows of an address, oldest first.
  package func macHistory(_ mac: MACAddress) throws(FleetError) -> [MACLedgerEntry] {
    try rows(of: "a MAC", Self.macHistoryQuery, [Int64(mac.number)]).reading(Self.macEntry)
  }

  /// The allocations of an address by the ledger, oldest first; without quarantines.
  package func macHolds(_ mac: MACAddress) throws(FleetError) -> [MACHolding] {
    try rows(of: "a MAC", Self.macHistoryQuery, [Int64(mac.number)]).reading { row throws(FleetError) in
      let entry = try Self.macEntry(row)
      let isOver = entry.state == .quarantined || entry.state == .retired
      let wasReserved = entry.source == "reserved"
      return MACHolding(
        owner: entry.owner, state: wasReserved ? .reserved : .allocated, source: entry.source,
        from: try row.time("made_at"), to: isOver ? try row.timeIfAny("released_at") ?? entry.since : nil)
    }
  }

  static func mac(_ row: StoredRow) throws(FleetError) -> MACAddress {
    try mac(try row.integer("mac"), of: row.table)
  }

  static func mac(_ number: Int64, of table: String) throws(FleetError) -> MACAddress {
    guard let number = UInt64(exactly: number), let mac = MACAddress(number: number) else {
      throw .unreadable("mac", of: table, "it is out of range")
    }
    return mac
  }

  static func macEntry(_ row: StoredRow) throws(FleetError) -> MACLedgerEntry {
    MACLedgerEntry(
      mac: try mac(row), state: try row.word("state"),
      owner: AddressOwner(vm: try row.text("vm_name"), vmID: try row.idIfAny("vm_id"), host: try row.text("host")),
      since: try row.time("since"), until: try row.timeIfAny("until"), source: try row.text("source"),
      isLeftBehind: try row.flag("left_behind"))
  }
}
