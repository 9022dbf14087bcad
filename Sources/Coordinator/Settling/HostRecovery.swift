import Fleet
import RoostProto
import Scheduling
import Store

/// Restores a host whose row the database has lost.
struct HostRecovery: Sendable {
  let context: CoordinatorContext
  let store: FleetStore
  let clock: any WallClock

  static let unknown = FleetError(
    .denied, "this host is not in the fleet any more", hint: "join again: roost host token create")

  /// The host of a certificate, with the name and the machine that its agent reports.
  ///
  /// Only while the fleet settles; otherwise a host without a row was removed. The caller's certificate is of this
  /// fleet's authority and is not revoked, which was checked before.
  /// - Throws: ``FleetError`` with code `denied` if the fleet does not settle, `conflict` if another host has the name
  ///   or the machine.
  func host(_ id: HostID, _ hello: Roost_V1_Hello) async throws -> Host {
    let name = try NameRule.checked(
      hello.hostName.isEmpty ? String(hello.host.hostname.prefix { $0 != "." }) : hello.hostName, of: "host")
    guard (1...64).contains(hello.machineUuid.utf8.count) else {
      throw FleetError(.invalid, "the agent of host \(name) does not say which machine it is on")
    }
    let now = clock.now()
    let machine = hello.machineUuid
    return try await store.commit { transaction in
      guard try transaction.settling() != nil else { throw Self.unknown }
      let host = Host(
        id: id, name: name, machineID: machine, joinedAt: now,
        certificateExpiresAt: try transaction.certificateExpiry(of: id) ?? now)
      try transaction.insertHost(host)
      try transaction.appendEvent(
        at: now, kind: .hostRecovered, subject: name,
        message: "host \(name) is in the fleet again, by its certificate; the database did not know it")
      return host
    }
  }
}

extension FleetTransaction {
  /// The most addresses of a pool that are put into quarantine because they have no known owner.
  static var mostResting: Int { 1 << 14 }

  /// Raises every pool's cursor past what a lost part of the database has handed out. Addresses in between without a
  /// known owner belonged to VMs that are gone since an unknown time: they enter quarantine as if released now.
  /// - Parameters:
  ///   - told: the highest cursor of the default pool that an agent remembers; those of the other pools are recorded.
  ///   - seen: addresses that guests have now, or had according to their marks.
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
