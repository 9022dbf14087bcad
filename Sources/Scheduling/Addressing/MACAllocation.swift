package import Fleet

/// Which MAC addresses come next.
package enum MACAllocation {
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
  package static func next(
    count: Int, pool: MACPool, cursor: UInt64, isTaken: (MACAddress) -> Bool
  ) -> Result<(macs: [MACAddress], cursor: UInt64), FleetError> {
    next(count: count, pool: pool, cursor: cursor) { mac in isTaken(mac) ? mac : nil }
  }

  /// The same, with addresses that are taken passed over a block at a time.
  /// - Parameter takenThrough: nil for an address that may be handed out now, else the last address of the block of
  ///   taken ones that begins with it, itself at least.
  /// - Complexity: linear in the free addresses that are found and the blocks that are passed over.
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

  /// The prefix of a fleet's default pool: locally administered, with two bytes drawn once per fleet.
  package static func fleetPrefix(from bytes: (UInt8, UInt8)) -> String {
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

extension MACAllocation {
  /// Where the cursor goes on after a part of the ledger was lost: past all that was handed out, as far as that can be
  /// told.
  ///
  /// Agents remember the cursors they were told, so the highest of them is past every address that was handed out
  /// before they were told. In the first round through the pool the addresses that guests are seen with tell more; in
  /// a later round they tell nothing, since addresses return.
  /// - Parameters:
  ///   - told: the highest cursor that an agent remembers.
  ///   - seen: addresses that guests have, or had by their marks.
  package static func cursor(_ cursor: UInt64, after told: UInt64, seen: Set<MACAddress>, pool: MACPool) -> UInt64 {
    let reached = max(cursor, told)
    guard reached < pool.count else { return reached }
    let offsets = seen.filter { $0 >= pool.first && $0 <= pool.last }.map { $0.number - pool.first.number + 1 }
    return max(reached, offsets.max() ?? 0)
  }

  /// The addresses that a cursor passes on its way, each once: the last ones, if there are more than `most`.
  package static func walked(from: UInt64, to: UInt64, pool: MACPool, atMost most: Int) -> [MACAddress] {
    guard from < to else { return [] }
    let count = min(to - from, pool.count, UInt64(max(0, most)))
    return (to - count..<to).compactMap { MACAddress(number: pool.first.number + $0 % pool.count) }
  }
}

/// Which MAC pool serves an interface.
package enum PoolChoice {
  /// The pool of the interface's network or bridge, else the first by name of a label the VM has, else the one made
  /// for the rest of the fleet, else the fleet's own.
  /// - Parameter pools: the fleet's own pool and those beside it.
  /// - Returns: nil only without pools.
  package static func pool(
    for nic: NICSpec, labels: [String: String], among pools: [MACPoolRecord]
  ) -> MACPoolRecord? {
    let name =
      switch nic.source {
      case .network(let name), .bridge(let name): name
      case .carried: ""
      }
    let byName = pools.sorted { $0.pool.name < $1.pool.name }
    let made = byName.filter { $0.pool.name != MACPoolRecord.defaultName }
    if let found = made.first(where: { $0.selector == .network(name) }) { return found }
    let labelled = made.first { record in
      if case .label(let key, let value) = record.selector { labels[key] == value } else { false }
    }
    return labelled ?? made.first { $0.selector == .fleet }
      ?? byName.first { $0.pool.name == MACPoolRecord.defaultName }
  }
}

/// When a MAC pool runs out.
package enum PoolForecast {
  /// How far back the rate is looked for.
  package static let windowSeconds: Double = 7 * 86400
  /// A shorter life of a pool than this tells no rate.
  package static let leastSeconds: Double = 3600

  /// In how many seconds no address is left if it goes on as it did lately; nil if the pool did not grow fuller, or is
  /// too young to tell. A pool without free addresses runs out in 0.
  package static func runsOutInSeconds(free: UInt64, recent: (net: Int64, seconds: Double)) -> Double? {
    guard free > 0 else { return 0 }
    guard recent.net > 0, recent.seconds >= leastSeconds else { return nil }
    return Double(free) / (Double(recent.net) / recent.seconds)
  }
}
