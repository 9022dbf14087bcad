package import Fleet
internal import GRDB

extension FleetTransaction {
  /// Records what a host's agent sees now: new addresses get rows, rows of addresses that are gone end, and unchanged
  /// rows are not written.
  /// - Parameters:
  ///   - seen: everything of these sources that is seen on the host.
  ///   - sources: what the report covers; rows of other sources stay as they are.
  /// - Returns: how many rows were written.
  @discardableResult
  package func sight(
    _ seen: [MACSighting], on host: HostID, sources: Set<MACSighting.Source>, at: Timestamp
  ) throws(FleetError) -> Int {
    var written = 0
    var known: [Key: MACSighting] = [:]
    for row in try openSightings(of: host) where sources.contains(row.source) { known[Key(row)] = row }
    var fresh: Set<Key> = []
    for sighting in seen {
      let key = Key(sighting)
      guard sighting.hostID == host, sources.contains(sighting.source), fresh.insert(key).inserted else { continue }
      if let old = known.removeValue(forKey: key) {
        guard
          (old.owner, old.network, old.bridge) != (sighting.owner, sighting.network, sighting.bridge)
        else { continue }
        try change(
          """
          UPDATE mac_sightings SET name = ?, host = ?, network = ?, bridge = ?, last_seen = ?
          WHERE host_id = ? AND source = ? AND subject = ? AND mac = ? AND ended_at IS NULL
          """,
          [
            sighting.owner.vm.withoutNUL, sighting.owner.host, sighting.network.withoutNUL, sighting.bridge.withoutNUL,
            at.milliseconds,
          ] + key.columns, about: "MAC \(sighting.mac)")
      } else {
        try insertSighting(sighting, at: at)
      }
      written += 1
    }
    for key in known.keys {
      try end("host_id = ? AND source = ? AND subject = ? AND mac = ?", key.columns, at: at)
      written += 1
    }
    return written
  }

  /// Ends all sightings on a host, because it leaves the fleet.
  /// - Returns: how many there were.
  @discardableResult
  package func endSightings(of host: HostID, at: Timestamp) throws(FleetError) -> Int {
    try end("host_id = ?", [host.description], at: at)
  }

  @discardableResult
  private func end(
    _ condition: String, _ values: [any DatabaseValueConvertible], at: Timestamp
  ) throws(FleetError) -> Int {
    try change(
      "UPDATE mac_sightings SET ended_at = ?, last_seen = ? WHERE \(condition) AND ended_at IS NULL",
      [at.milliseconds, at.milliseconds] + values, about: "the sightings of MACs")
  }

  private func insertSighting(_ sighting: MACSighting, at: Timestamp) throws(FleetError) {
    try insert(
      into: "mac_sightings",
      [
        "mac": Int64(sighting.mac.number), "source": sighting.source.rawValue, "subject": Key(sighting).subject,
        "host_id": sighting.hostID.description, "host": sighting.owner.host,
        "vm_id": sighting.owner.vmID?.description, "name": sighting.owner.vm.withoutNUL,
        "network": sighting.network.withoutNUL, "bridge": sighting.bridge.withoutNUL,
        "first_seen": sighting.firstSeen.milliseconds, "last_seen": at.milliseconds,
      ], about: "MAC \(sighting.mac)")
  }

  /// Identifies a sighting on a host.
  private struct Key: Hashable {
    let host: String
    let source: String
    let subject: String
    let mac: Int64

    init(_ sighting: MACSighting) {
      host = sighting.hostID.description
      source = sighting.source.rawValue
      subject = sighting.owner.vmID?.description ?? "\(sighting.network)/\(sighting.owner.vm)".withoutNUL
      mac = Int64(sighting.mac.number)
    }

    /// Its columns in the order of the index.
    var columns: [any DatabaseValueConvertible] { [host, source, subject, mac] }
  }
}

extension FleetSnapshotReader {
  /// The open sightings by address; of one host if it is given.
  package func openSightings(of host: HostID? = nil) throws(FleetError) -> [MACSighting] {
    let condition = host == nil ? "" : "AND host_id = ?"
    return try rows(
      of: "a sighting", "SELECT * FROM mac_sightings WHERE ended_at IS NULL \(condition) ORDER BY mac, number",
      host.map { [$0.description] } ?? []
    ).reading(Self.sighting)
  }

  /// The addresses of open sightings of one kind, in no order, each as often as it is sighted.
  package func sightedMACs(_ source: MACSighting.Source) throws(FleetError) -> [MACAddress] {
    try integers(of: "a sighting", Self.sightedMACsQuery, [source.rawValue]).reading { number throws(FleetError) in
      try Self.mac(number, of: "a sighting")
    }
  }

  // An index has all that is asked for; a test asks SQLite for its plan.
  static let sightedMACsQuery = "SELECT mac FROM mac_sightings WHERE ended_at IS NULL AND source = ?"

  /// Every sighting of an address, oldest first.
  package func sightings(of mac: MACAddress) throws(FleetError) -> [MACSighting] {
    try rows(of: "a sighting", "SELECT * FROM mac_sightings WHERE mac = ? ORDER BY +number", [Int64(mac.number)])
      .reading(Self.sighting)
  }

  /// The open sightings of an address, without those on disregarded hosts.
  package func standingSightings(of mac: MACAddress) throws(FleetError) -> [MACSighting] {
    try rows(
      of: "a sighting",
      "SELECT * FROM mac_sightings WHERE mac = ? AND ended_at IS NULL AND \(Self.regarded) ORDER BY +number",
      [Int64(mac.number)]
    ).reading(Self.sighting)
  }

  /// True if an address has an open sighting on a host that is not disregarded. Takes logarithmic time.
  package func isSighted(_ mac: MACAddress) throws(FleetError) -> Bool {
    try row(
      of: "a sighting",
      "SELECT 1 FROM mac_sightings WHERE mac = ? AND ended_at IS NULL AND \(Self.regarded) LIMIT 1",
      [Int64(mac.number)]
    ) != nil
  }

  private static let regarded = "NOT EXISTS (SELECT 1 FROM hosts WHERE hosts.id = host_id AND disregarded = 1)"

  /// The addresses of all sightings and ledger rows, ended and retired ones too. Walks through both tables.
  package func everyMAC() throws(FleetError) -> [MACAddress] {
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
