public import Fleet

extension FleetSnapshotReader {
  /// The ledger's live row of a port, or nil if nobody has it.
  public func portHolder(_ port: Int) throws(FleetError) -> PortEntry? {
    try rows(of: "a port", "SELECT * FROM port_ledger WHERE port = ? AND state <> 'retired'", [port])
      .reading(Self.portEntry).first
  }

  /// The ledger by port; retired rows, if asked for, come before the live one.
  public func portEntries(includeRetired: Bool = false) throws(FleetError) -> [PortEntry] {
    let condition = includeRetired ? "" : "WHERE state <> 'retired'"
    return try rows(of: "a port", "SELECT * FROM port_ledger \(condition) ORDER BY port, number")
      .reading(Self.portEntry)
  }

  /// All rows of a port, oldest first.
  public func portHistory(_ port: Int) throws(FleetError) -> [PortEntry] {
    try rows(of: "a port", "SELECT * FROM port_ledger WHERE port = ? ORDER BY number", [port])
      .reading(Self.portEntry)
  }

  /// All ports that somebody has.
  public func heldPorts() throws(FleetError) -> Set<Int> {
    Set(
      try rows(of: "a port", "SELECT port FROM port_ledger WHERE state <> 'retired'").reading {
        row throws(FleetError) in try row.small("port")
      })
  }

  private static func portEntry(_ row: StoredRow) throws(FleetError) -> PortEntry {
    let state: LedgerState = try row.word("state")
    return PortEntry(
      port: try row.small("port"), state: state, vm: try row.text("vm_name"), host: try row.text("host"),
      since: try row.time("made_at"), until: state == .retired ? try row.time("since") : nil)
  }
}
