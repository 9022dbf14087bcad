public import Fleet

/// Which MAC addresses come next.
public enum MACAllocation {
  /// The next `count` free addresses of a pool, and the cursor to keep with them.
  ///
  /// The cursor counts the addresses that were ever walked past and only grows. Its value modulo the pool's size
  /// is the next candidate, so that it never goes back and yet comes to retired addresses again after it has
  /// been all round the pool. Addresses that are taken, in quarantine among them, are passed over.
  /// - Parameters:
  ///   - count: how many; 0 or less gives none and leaves the cursor where it is.
  ///   - isTaken: true for an address that may not be handed out now.
  /// - Returns: distinct addresses in the order of the walk, or ``FleetError`` with code `exhausted` after one
  ///   fruitless round.
  /// - Complexity: linear in the addresses walked past.
  public static func next(
    count: Int, pool: MACPool, cursor: UInt64, isTaken: (MACAddress) -> Bool
  ) -> Result<(macs: [MACAddress], cursor: UInt64), FleetError> {
    var macs: [MACAddress] = []
    var cursor = cursor
    var walked: UInt64 = 0
    while macs.count < count {
      let (after, overflow) = cursor.addingReportingOverflow(1)
      guard walked < pool.count, !overflow,
        let candidate = MACAddress(number: pool.first.number + cursor % pool.count)
      else {
        return .failure(exhausted(pool, wanted: count, found: macs.count))
      }
      cursor = after
      walked += 1
      if !isTaken(candidate) { macs.append(candidate) }
    }
    return .success((macs, cursor))
  }

  /// The prefix of a fleet's default pool: locally administered, with two bytes drawn once per fleet.
  public static func fleetPrefix(from bytes: (UInt8, UInt8)) -> String {
    "02:" + Hexadecimal.text(UInt64(bytes.0), digits: 2) + ":" + Hexadecimal.text(UInt64(bytes.1), digits: 2)
  }

  private static func exhausted(_ pool: MACPool, wanted: Int, found: Int) -> FleetError {
    FleetError(
      .exhausted,
      "MAC pool \"\(pool.name)\" (\(pool.first) to \(pool.last)) has \(found) free addresses, \(wanted) are wanted",
      hint: "roost mac list")
  }
}
