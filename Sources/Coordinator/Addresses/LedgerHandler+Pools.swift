import Fleet
import RoostAPI
import RoostProto
import Scheduling
import Store
import SwiftProtobuf

extension LedgerHandler {
  /// The pools in use with their usage, the default one first; only the named one if `name` is not empty.
  /// - Throws: ``FleetError`` with code `notFound`.
  func pools(named name: String) async throws -> [MACPoolStatus] {
    let view = await inventory.view
    let now = clock.now()
    let found = try await store.read { reader in
      try reader.macPools().filter { name.isEmpty || $0.pool.name == name }
        .map { try Self.status(of: $0, view, in: reader, now: now) }
    }
    guard name.isEmpty || !found.isEmpty else {
      throw FleetError(
        .notFound, "there is no MAC pool \"\(name.printable)\"", hint: "list them: roost mac pool list")
    }
    return found
  }

  /// Adds a pool.
  /// - Throws: ``FleetError``: `conflict` for a name, a range or a selector that another pool has, `invalid`.
  func createPool(
    _ name: String, range: MACRange, selector: MACPoolSelector, _ write: IdempotencyKey
  ) async throws -> Roost_V1_MACPoolResponse {
    try NameRule.checked(name, of: "MAC pool")
    let view = await inventory.view
    let pool = try MACPool(name: name, first: range.first, last: range.last)
    return try await once(write) { transaction, now in
      try transaction.insertPool(MACPoolRecord(pool: pool, selector: selector, createdAt: now))
      try transaction.appendEvent(
        at: now, kind: .poolCreated, subject: name,
        message: "MAC pool \"\(name)\" of \(range) serves \(selector)")
      guard let record = try transaction.macPools().first(where: { $0.pool.name == name }) else {
        throw FleetError(.internal, "MAC pool \"\(name)\" can't be read back")
      }
      let status = try Self.status(of: record, view, in: transaction, now: now)
      return .with { $0.pool = status.message }
    }
  }

  /// Ends a pool; VMs keep the addresses that it gave.
  /// - Throws: ``FleetError``: `notFound`, or `precondition` for the default pool.
  func deletePool(_ name: String, _ write: IdempotencyKey) async throws -> Roost_V1_MACPoolResponse {
    let view = await inventory.view
    return try await once(write) { transaction, now in
      let record = try transaction.macPools().first { $0.pool.name == name }
      try transaction.removePool(name, at: now)
      try transaction.appendEvent(
        at: now, kind: .poolDeleted, subject: name.printable, message: "MAC pool \"\(name.printable)\" is deleted")
      guard let record else { return .init() }
      let status = try Self.status(of: record, view, in: transaction, now: now)
      return .with { $0.pool = status.message }
    }
  }

  private static func status(
    of record: MACPoolRecord, _ view: FleetView, in reader: FleetSnapshotReader, now: Timestamp
  ) throws -> MACPoolStatus {
    let window = PoolForecast.windowSeconds
    let life = max(0, now.seconds(since: record.createdAt))
    let start = max(record.createdAt, now.adding(seconds: -Int64(window)))
    let range = try MACRange(first: record.pool.first, last: record.pool.last)
    var (use, net) = try reader.macUse(in: range, since: start)
    let seen = view.index.macs.keys.filter(range.contains)
    use.observed = UInt64(
      try seen.count { mac in try reader.macHolder(mac) == nil && reader.macReservation(mac) == nil })
    let status = MACPoolStatus(record: record, use: use, runsOutInSeconds: nil)
    return MACPoolStatus(
      record: record, use: use,
      runsOutInSeconds: PoolForecast.runsOutInSeconds(free: status.free, recent: (net, min(life, window))))
  }
}
