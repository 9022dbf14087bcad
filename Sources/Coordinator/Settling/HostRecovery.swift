import Fleet
import RoostProto
import Scheduling
import Store

/// Takes back a host whose row the database has lost.
struct HostRecovery: Sendable {
  let context: CoordinatorContext
  let store: FleetStore
  let clock: any WallClock

  static let unknown = FleetError(
    .denied, "this host is not in the fleet any more", hint: "join again: roost host token create")

  /// The host of a certificate, by the name and the machine that its agent says it is.
  ///
  /// Only while the fleet settles: else a host that has no row was removed. The certificate is of this fleet's
  /// authority and is not revoked, or the call would not have come here.
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
