import Fleet
import FleetTestKit
import Foundation
import GRPCCore
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("A database that is older than the fleet")
struct SettlingTests {
  @Test("a backup put back gives no address twice, destroys nothing, lists the unknown")
  func restored() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      let early = try await coordinator.made("early")
      let gone = try await coordinator.made("gone")
      try await coordinator.backup(to: coordinator.backupPath)
      let late = try await coordinator.made("late", start: true)
      #expect(try await coordinator.ended(coordinator.delete("gone")).state == "done")
      await agent.disconnect()
      let aside = try await restore(coordinator, movesAside: true)
      #expect(aside?.hasPrefix(coordinator.directory.database + ".before-") == true)
      let refusal = await #expect(throws: FleetError.self) { try await coordinator.create(.sample("no")) }
      #expect(refusal?.code == .precondition && refusal?.message.contains("settling") == true)
      #expect(try await coordinator.settling().waiting == ["h1"])
      try await agent.connect()
      try await eventually("it settles") { try await !coordinator.settling().settling }
      let differences = try await coordinator.settling().differences
      #expect(differences.map(\.kind) == ["missing", "unknown"] && differences.map(\.vm) == ["gone", "late"])
      let pages = try await coordinator.local { client in
        try await Roost_V1_Settling.Client(wrapping: client).show(.with { $0.pageSize = 1 }, options: .defaults) {
          var pages: [Roost_V1_SettlingResponse] = []
          for try await page in $0.messages { pages.append(page) }
          return pages
        }
      }
      #expect(pages.map { $0.differences.map(\.vm) } == [["gone"], ["late"]])
      let fresh = try await coordinator.made("fresh")
      let macs = [early, gone, late, fresh].flatMap(\.nics).map(\.mac)
      #expect(Set(macs).count == 4)
      #expect(Set([early, gone, late, fresh].map(\.vnc.port)).count == 4)
      let kept = try await coordinator.stored { try $0.macEntries(includeRetired: false) }
      #expect(kept.first { $0.mac.description == late.nics[0].mac }?.state == .reserved)
      await agent.disconnect()
    }
  }

  @Test("other pools go on behind all they gave, though the backup knows less or none")
  func pools() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      try await coordinator.createPool("old", "0a:00:00:00:00:00-0a:00:00:00:00:ff", network: "default")
      try await coordinator.backup(to: coordinator.backupPath)
      // What is made and deleted again is on no host when the backup is put back.
      var given: Set<String> = []
      for name in ["a", "b", "c"] {
        given.formUnion(try await coordinator.made(name).nics.map(\.mac))
        #expect(try await coordinator.ended(coordinator.delete(name)).state == "done")
      }
      _ = try await coordinator.ledger { client in
        try await client.deleteMACPool(
          .with {
            $0.requestID = RequestID(from: coordinator.random).description
            $0.name = "old"
          })
      }
      try await coordinator.createPool("new", "0a:00:00:00:01:00-0a:00:00:00:01:ff", network: "default")
      given.formUnion(try await coordinator.made("d").nics.map(\.mac))
      #expect(try await coordinator.ended(coordinator.delete("d")).state == "done")
      await agent.disconnect()
      _ = try await restore(coordinator, movesAside: true)
      try await agent.connect()
      try await eventually("it settles") { try await !coordinator.settling().settling }
      try await coordinator.waitUntilReady("h1")
      var fresh = Set(try await coordinator.made("e").nics.map(\.mac))
      _ = try await coordinator.ledger { client in
        try await client.deleteMACPool(
          .with {
            $0.requestID = RequestID(from: coordinator.random).description
            $0.name = "old"
          })
      }
      try await coordinator.createPool("again", "0a:00:00:00:01:00-0a:00:00:00:01:ff", network: "default")
      fresh.formUnion(try await coordinator.made("f").nics.map(\.mac))
      #expect(fresh == ["0a:00:00:00:00:03", "0a:00:00:00:01:01"] && given.count == 4)
      let lost = try #require(MACAddress("0a:00:00:00:00:01"))
      let row = try await coordinator.stored { try $0.macHolder(lost) }
      #expect(row?.state == .quarantined && row?.owner.vm == "a VM that the database has lost")
      await agent.disconnect()
    }
  }

  @Test("the old database's tombstone and operation go; the VM is what its host says")
  func overtaken() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      let vm = try await coordinator.made("old", start: true)
      await agent.answer { _ in .silence }
      let operation = try await coordinator.delete("old")
      try await eventually("the tombstone is sent") { await agent.actions.last?.destroys == true }
      try await coordinator.backup(to: coordinator.backupPath)
      await agent.disconnect()
      _ = try await restore(coordinator, movesAside: true)
      await agent.answer { _ in .obey }
      let sent = await agent.actions.count
      try await agent.connect()
      try await eventually("it settles") { try await !coordinator.settling().settling }
      try await coordinator.waitUntilReady("h1")
      #expect(try await coordinator.ended(operation).state == "failed")
      #expect(try await coordinator.vm("old").state == "running")
      #expect(try await coordinator.stored { try $0.tombstones() }.isEmpty)
      #expect(await agent.actions.count == sent)
      #expect(await agent.domains[try #require(VMID(vm.id))] != nil)
      // Asked again, it is done.
      #expect(try await coordinator.ended(coordinator.delete("old")).state == "done")
      await agent.disconnect()
    }
  }

  @Test(
    "what an agent remembers beyond the database is noticed before its welcome",
    arguments: [
      HighWaterMarks(epoch: 40, incarnation: "another", macCursor: 0),
      HighWaterMarks(epoch: 1, incarnation: "another", macCursor: 0),
      HighWaterMarks(epoch: 0, incarnation: "another", macCursor: 1 << 20),
      HighWaterMarks(epoch: 0, incarnation: "another", macCursor: 0, lastEvent: 900),
      HighWaterMarks(epoch: 0, incarnation: "another", macCursor: 0, poolCursors: .sample),
    ])
  func evidence(_ memory: HighWaterMarks) async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.host("h1")
      _ = try await coordinator.host("h2")
      await agent.remember(memory, mark: try coordinator.signed(memory, for: agent.id))
      try await agent.connect()
      try await eventually("it settles, and h1 has reported") {
        let settling = try await coordinator.settling()
        return settling.settling && settling.reported == ["h1"] && settling.waiting == ["h2"]
      }
      try await coordinator.waitUntilReady("h1")
      #expect(await agent.memory.epoch > memory.epoch)
      let refusal = await #expect(throws: FleetError.self) { try await coordinator.create(.sample("no")) }
      #expect(refusal?.code == .precondition)
      try await coordinator.restart()
      #expect(try await coordinator.settling().settling, "it survives a restart")
      try await agent.reconnect()
      try await coordinator.waitUntilReady("h1")
      try await coordinator.finishSettling()
      let marks = try await coordinator.stored { try $0.highWater() }
      #expect(marks.macCursor >= memory.macCursor && memory.poolCursors.rangeAhead(of: marks.poolCursors) == nil)
      _ = try await coordinator.made("yes")
      await agent.disconnect()
    }
  }

  @Test("an agent that was told all by this database starts no settling")
  func noEvidence() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      _ = try await coordinator.made("a")
      try await coordinator.restart()
      try await agent.reconnect()
      try await coordinator.waitUntilReady("h1")
      #expect(try await !coordinator.settling().settling)
      #expect(try await coordinator.settling().differences.isEmpty)
      try await agent.reconnect()
      try await coordinator.waitUntilReady("h1")
      #expect(try await !coordinator.settling().settling)
      await agent.disconnect()
    }
  }

  @Test("power works while it settles, and nothing is deleted, adopted or released")
  func power() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      _ = try await coordinator.host("h2")
      _ = try await coordinator.made("a")
      await agent.put(.unmanaged(macs: [.sample(7)]))
      await agent.disconnect()
      let memory = HighWaterMarks(epoch: 40, incarnation: "another", macCursor: 0)
      await agent.remember(memory, mark: try coordinator.signed(memory, for: agent.id))
      try await agent.connect()
      try await coordinator.waitUntilReady("h1")
      #expect(try await coordinator.ended(coordinator.power("a", .start)).state == "done")
      #expect(try await coordinator.vm("a").state == "running")
      let refusals: [FleetError?] = [
        await #expect(throws: FleetError.self) { try await coordinator.delete("a") },
        await #expect(throws: FleetError.self) { try await coordinator.giveBack("a") },
        await #expect(throws: FleetError.self) { try await coordinator.adopt("pet") },
      ]
      #expect(refusals.allSatisfy { $0?.code == .precondition })
      await agent.disconnect()
    }
  }

  @Test("a host that comes after forced settling is heard; what was accepted goes on")
  func lateHost() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      let late = try await coordinator.host("h2")
      coordinator.clock.advance(seconds: 10)
      await agent.disconnect()
      let memory = HighWaterMarks(epoch: 40, incarnation: "another", macCursor: 0)
      await agent.remember(memory, mark: try coordinator.signed(memory, for: agent.id))
      try await agent.connect()
      try await coordinator.waitUntilReady("h1")
      try await coordinator.finishSettling()
      _ = try await coordinator.made("a")
      let later = HighWaterMarks(epoch: 60, incarnation: "another", macCursor: 1 << 20)
      await late.remember(later, mark: try coordinator.signed(later, for: late.id))
      try await late.connect()
      try await coordinator.waitUntilReady("h2")
      #expect(try await !coordinator.settling().settling)
      #expect(await late.memory.epoch == 61)
      #expect(try await coordinator.stored { try $0.macCursor() } >= 1 << 20)
      #expect(try await coordinator.ended(coordinator.power("a", .start)).state == "done")
      await agent.disconnect()
      await late.disconnect()
    }
  }

  private func restore(_ coordinator: TestCoordinator, movesAside: Bool) async throws -> String? {
    await coordinator.stop()
    let restoration = DatabaseRestorer(
      directory: coordinator.directory, clock: coordinator.clock, random: coordinator.random)
    let aside = try await restoration.restore(coordinator.backupPath, movesAside: movesAside)
    try await coordinator.start()
    return aside
  }
}

extension PoolCursors {
  /// One cursor of a range that no pool of a test has.
  fileprivate static var sample: PoolCursors {
    var cursors = PoolCursors()
    if let range = try? MACRange(parsing: "0a:00:01") { cursors.raise(range, to: 70) }
    return cursors
  }
}

extension TestCoordinator {
  nonisolated var backupPath: String { directory.path + "/backup.sqlite" }
}

extension AgentAction {
  fileprivate var destroys: Bool { if case .destroy = work { true } else { false } }
}

extension MACAddress {
  /// An address that no pool of a test has.
  static func sample(_ number: UInt64) -> MACAddress {
    guard let mac = MACAddress(number: 0x5254_0000_0000 + number) else { preconditionFailure("out of range") }
    return mac
  }
}
