public import Fleet

extension FleetTransaction {
  /// Adds a pool. One of the range of an earlier pool goes on where that one's cursor stood.
  /// - Throws: ``FleetError`` with code `conflict` that names the pool with the same name or chooser, or an
  ///   overlapping range.
  public func insertPool(_ record: MACPoolRecord) throws(FleetError) {
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

  /// Ends a pool; the addresses it gave stay with their VMs.
  /// - Throws: ``FleetError`` with code `notFound`, or `precondition` for the fleet's own.
  public func removePool(_ name: String, at: Timestamp) throws(FleetError) {
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
  public func advanceCursor(of pool: String, to cursor: UInt64) throws(FleetError) {
    guard pool != MACPoolRecord.defaultName else { return try advanceMACCursor(to: cursor) }
    guard cursor <= 1 << 62 else {
      throw FleetError(.invalid, "the cursor \(cursor) of MAC pool \"\(pool)\" is too high")
    }
    try change(
      "UPDATE mac_pools SET cursor = ?1 WHERE name = ?2 AND ended_at IS NULL AND cursor < ?1", [Int64(cursor), pool],
      about: "the cursor of MAC pool \"\(pool)\"")
  }
}
