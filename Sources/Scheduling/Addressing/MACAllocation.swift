package import Fleet

/// Decides which MAC addresses of a pool come next.
package enum MACAllocation {
  /// The next `count` free addresses of a pool, and the cursor to keep with them.
  ///
  /// The cursor counts all addresses walked past and only grows. Its value modulo the pool's size is the next
  /// candidate, so retired addresses come again only after a whole round through the pool. Taken addresses, those in
  /// quarantine included, are passed over.
  /// - Parameters:
  ///   - count: how many; 0 or less gives none and leaves the cursor where it is.
  ///   - isTaken: true for an address that may not be handed out now.
  /// - Returns: distinct addresses in the order of the walk, or ``FleetError`` with code `exhausted` after one
  ///   fruitless round.
  /// - Complexity: linear in the addresses walked past.
  package static func next(
    count: Int, pool: MACPool, cursor: UInt64, isTaken: (MACAddress) -> Bool
  ) -> Result<(macs: [MACAddress], cursor: UInt64), FleetError> {
    next(count: count, pool: pool, cursor: cursor) { mac in isTaken(mac) ? mac : nil }
  }

  /// The same, but passes over taken addresses a block at a time.
  /// - Parameter takenThrough: nil for an address that may be handed out now, else the last address of the block of
  ///   taken addresses that begins with it (at least the address itself).
  /// - Complexity: linear in the free addresses found and the blocks passed over.
  package static func next(
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

  private static func exhausted(_ pool: MACPool, wanted: Int, found: Int) -> FleetError {
    FleetError(
      .exhausted,
      "MAC pool \"\(pool.name)\" (\(pool.first) to \(pool.last)) has \(found) free addresses, \(wanted) are wanted",
      hint: "add a pool for the network or label: roost mac pool create NAME --prefix 02:xx:xx --network NETWORK; see "
        + "who has the addresses: roost mac pool show \(pool.name.shellQuoted)")
  }
}

extension MACAllocation {
  /// The cursor to go on with after a part of the ledger was lost: past every address known to have been handed out.
  ///
  /// Agents keep the cursors that the coordinator sent them, so the highest of those is past every address handed out
  /// before it was sent. In the first round through the pool the addresses seen on guests may raise it further; in a
  /// later round they prove nothing, because addresses return.
  /// - Parameters:
  ///   - told: the highest cursor that an agent keeps.
  ///   - seen: addresses that guests have now, or had according to their marks.
  package static func cursor(_ cursor: UInt64, after told: UInt64, seen: Set<MACAddress>, pool: MACPool) -> UInt64 {
    let reached = max(cursor, told)
    guard reached < pool.count else { return reached }
    let offsets = seen.filter { $0 >= pool.first && $0 <= pool.last }.map { $0.number - pool.first.number + 1 }
    return max(reached, offsets.max() ?? 0)
  }

  /// The addresses between two cursors, each once; only the last `most` if there are more.
  package static func walked(from: UInt64, to: UInt64, pool: MACPool, atMost most: Int) -> [MACAddress] {
    guard from < to else { return [] }
    let count = min(to - from, pool.count, UInt64(max(0, most)))
    return (to - count..<to).compactMap { MACAddress(number: pool.first.number + $0 % pool.count) }
  }
}
