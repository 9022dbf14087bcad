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
    next(count: count, pool: pool, cursor: cursor) { mac in isTaken(mac) ? mac : nil }
  }

  /// The same, with addresses that are taken passed over a block at a time.
  /// - Parameter takenThrough: nil for an address that may be handed out now, else the last address of the block of
  ///   taken ones that begins with it, itself at least.
  /// - Complexity: linear in the free addresses that are found and the blocks that are passed over.
  public static func next(
    count: Int, pool: MACPool, cursor: UInt64, takenThrough: (MACAddress) throws -> MACAddress?
  ) rethrows -> Result<(macs: [MACAddress], cursor: UInt64), FleetError> {
    var macs: [MACAddress] = []
    var cursor = cursor
    var walked: UInt64 = 0
    while macs.count < count {
      guard walked < pool.count, cursor < .max,
        let candidate = MACAddress(number: pool.first.number + cursor % pool.count)
      else { return .failure(exhausted(pool, wanted: count, found: macs.count)) }
      var steps: UInt64 = 1
      if let end = try takenThrough(candidate) {
        steps += min(max(end, candidate), pool.last).number - candidate.number
      } else {
        macs.append(candidate)
      }
      walked += steps
      let (after, overflow) = cursor.addingReportingOverflow(steps)
      cursor = overflow ? .max : after
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
      hint: "add a pool for the network or label: roost mac pool create NAME --prefix 02:xx:xx --network NETWORK; see "
        + "who has the addresses: roost mac pool show \(pool.name.shellQuoted)")
  }
}
