public import Fleet

extension FleetSnapshotReader {
  /// What stands now, by address; of one host if it is given.
  public func openSightings(of host: HostID? = nil) throws(FleetError) -> [MACSighting] {
    let condition = host == nil ? "" : "AND host_id = ?"
    return try rows(
      of: "a sighting", "SELECT * FROM mac_sightings WHERE ended_at IS NULL \(condition) ORDER BY mac, number",
      host.map { [$0.description] } ?? []
    ).reading(Self.sighting)
  }

  /// Every sighting of an address, oldest first.
  public func sightings(of mac: MACAddress) throws(FleetError) -> [MACSighting] {
    try rows(of: "a sighting", "SELECT * FROM mac_sightings WHERE mac = ? ORDER BY +number", [Int64(mac.number)])
      .reading(Self.sighting)
  }

  /// The sightings of an address that stand now and hinder somebody: not those of hosts that are disregarded.
  public func standingSightings(of mac: MACAddress) throws(FleetError) -> [MACSighting] {
    try rows(
      of: "a sighting",
      "SELECT * FROM mac_sightings WHERE mac = ? AND ended_at IS NULL AND \(Self.regarded) ORDER BY +number",
      [Int64(mac.number)]
    ).reading(Self.sighting)
  }

  /// True if an address is seen somewhere now, on a host that is not disregarded. Takes logarithmic time.
  public func isSighted(_ mac: MACAddress) throws(FleetError) -> Bool {
    try row(
      of: "a sighting",
      "SELECT 1 FROM mac_sightings WHERE mac = ? AND ended_at IS NULL AND \(Self.regarded) LIMIT 1",
      [Int64(mac.number)]
    ) != nil
  }

  private static let regarded = "NOT EXISTS (SELECT 1 FROM hosts WHERE hosts.id = host_id AND disregarded = 1)"

  /// The addresses of all sightings and ledger rows, ended and retired ones too. Walks through both tables.
  public func everyMAC() throws(FleetError) -> [MACAddress] {
    try rows(of: "a MAC", "SELECT mac FROM mac_ledger UNION SELECT mac FROM mac_sightings ORDER BY mac")
      .reading(Self.mac)
  }

  private static func sighting(_ row: StoredRow) throws(FleetError) -> MACSighting {
    MACSighting(
      mac: try mac(row), source: try row.word("source"),
      owner: AddressOwner(vm: try row.text("name"), vmID: try row.idIfAny("vm_id"), host: try row.text("host")),
      hostID: try row.id("host_id"), network: try row.text("network"), bridge: try row.text("bridge"),
      firstSeen: try row.time("first_seen"), lastSeen: try row.time("last_seen"),
      endedAt: try row.timeIfAny("ended_at"))
  }
}
