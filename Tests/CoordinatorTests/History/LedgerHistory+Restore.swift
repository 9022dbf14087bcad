import Fleet
import FleetTestKit
import Store

@testable import Coordinator

extension LedgerHistory {
  /// A copy of the database is put aside.
  mutating func backUp() async throws {
    story.append("a backup is made")
    try await scenario.backUp()
    backup = (scenario.model, try await cursor())
    givenSince = []
  }

  /// The database is lost and the copy takes its place: nothing is handed out until every host has told what it has,
  /// and then the pool goes on behind all it ever gave.
  mutating func restore() async throws {
    guard let backup else { return }
    story.append("the backup is put back")
    scenario.model.cursors[pool] = try await cursor()
    try await scenario.restore()
    try await check(isRefused: "before any host is back")
    for host in random.shuffled(LedgerScenario.hostIDs) {
      try await scenario.comeBack(host)
      try await check(isRefused: "before every host is back")
    }
    let reported = try await scenario.store.read { try $0.settling()?.reported }
    guard reported == Set(LedgerScenario.hostIDs) else { throw Surprise(what: "a host has not reported") }
    let now = scenario.clock.now()
    try await scenario.life.settling.finish(by: "every known host has reported")
    let reached = try await cursor()
    guard reached >= scenario.model.cursors[pool] ?? 0 else { throw Surprise(what: "the restored cursor went back") }
    // The places from one cursor to the other, however often the pool was walked round.
    let places = Set((backup.cursor..<max(reached, backup.cursor)).map { $0 % range.count })
    let known = Set(await vms.map(\.id))
    scenario.model.fallBack(
      to: backup.model, LedgerScenario.hostIDs.map { ($0, scenario.reality[$0] ?? [:]) }, known: known,
      walked: places.sorted().compactMap { MACAddress(number: range.first.number + $0) }, at: now,
      until: now.adding(seconds: LedgerScenario.quarantineSeconds))
    for mac in givenSince.sorted() where scenario.model.isFree(mac, at: now) {
      throw Surprise(what: "\(mac) was given after the backup, and may be given again at once")
    }
    try await check()
  }

  private func cursor() async throws -> UInt64 {
    let pool = pool
    let pools = try await scenario.store.read { try $0.macPools() }
    guard let record = pools.first(where: { $0.pool.name == pool }) else { throw Surprise(what: "the pool is gone") }
    return record.cursor
  }

  private func check(isRefused when: String) async throws {
    let spec = VMSpec.sample(
      "early", vcpus: 1, memory: .mebibytes(1), disk: .zero, nics: [NICSpec(source: .network(network))])
    do {
      _ = try await scenario.create(spec, id: VMID(from: random), on: LedgerScenario.hostIDs[0])
    } catch let error as FleetError where error.code == .precondition {
      return
    }
    throw Surprise(what: "an address was given \(when)")
  }
}
