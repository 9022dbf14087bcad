import Fleet
import Scheduling
import Store

extension FleetTransaction {
  /// How many addresses of a pool are written down at most that were handed out and have no known owner.
  static var mostResting: Int { 1 << 14 }

  /// Moves every pool's cursor past what a lost part of the database has handed out. The addresses in between that
  /// nobody is known to have were given to VMs that are gone, nobody knows since when: they rest as if they were
  /// released now.
  /// - Parameters:
  ///   - told: the highest cursor of the fleet's own pool that an agent remembers; those of the others are noted.
  ///   - seen: addresses that guests have, or had by their marks.
  func jumpCursors(told: UInt64, seen: Set<MACAddress>, at now: Timestamp, restsUntil: Timestamp) throws {
    try expireQuarantine(now: now)
    let cursors = try poolCursors()
    for record in try macPools() {
      let pool = record.pool
      let isOwn = pool.name == MACPoolRecord.defaultName
      let reached = try isOwn ? told : cursors[MACRange(first: pool.first, last: pool.last)]
      let jumped = MACAllocation.cursor(record.cursor, after: reached, seen: seen, pool: pool)
      let cursor = max(record.cursor, min(jumped, PoolCursors.highest))
      guard cursor > record.cursor else { continue }
      try advanceCursor(of: pool.name, to: cursor)
      let walked = MACAllocation.walked(from: record.cursor, to: cursor, pool: pool, atMost: Self.mostResting)
      for mac in walked where !seen.contains(mac) {
        try restMAC(mac, for: "a VM that the database has lost", at: now, until: restsUntil)
      }
    }
  }
}
