public import Fleet
internal import GRDB

extension FleetTransaction {
  /// Takes over what a host's agent sees now: new addresses get rows, those that are gone are ended, and the rest is
  /// not written again.
  /// - Parameters:
  ///   - seen: everything of these sources that is seen on the host.
  ///   - sources: what the report tells of; rows of other sources stay as they are.
  /// - Returns: how many rows were written.
  @discardableResult
  public func sight(
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

  /// Ends all that was seen on a host, because it leaves the fleet.
  /// - Returns: how many there were.
  @discardableResult
  public func endSightings(of host: HostID, at: Timestamp) throws(FleetError) -> Int {
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

  /// What makes two sightings of one host the same.
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
