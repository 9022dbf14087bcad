import Fleet
import FleetTestKit
import Foundation
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("A database that is older than the fleet")
struct SettlingTests {
  @Test("a backup that is put back hands no address out twice, destroys nothing, and lists what it does not know")
  func restored() async throws {
    try await Rig.with { rig in
      let agent = try await readyHost(rig, "h1")
      let early = try await rig.made("early")
      let gone = try await rig.made("gone")
      try await rig.backup(to: rig.backupPath)
      let late = try await rig.made("late", start: true)
      #expect(try await rig.ended(rig.delete("gone")).state == "done")
      await agent.disconnect()
      let aside = try await restore(rig, movesAside: true)
      #expect(aside?.hasPrefix(rig.directory.database + ".before-") == true)
      let refusal = await #expect(throws: FleetError.self) { try await rig.create(.sample("no")) }
      #expect(refusal?.code == .precondition && refusal?.message.contains("settling") == true)
      #expect(try await rig.settling().waiting == ["h1"])
      try await agent.connect()
      try await eventually("it settles") { try await !rig.settling().settling }
      let differences = try await rig.settling().differences
      #expect(differences.map(\.kind) == ["missing", "unknown"] && differences.map(\.vm) == ["gone", "late"])
      let fresh = try await rig.made("fresh")
      let macs = [early, gone, late, fresh].flatMap(\.nics).map(\.mac)
      #expect(Set(macs).count == 4)
      #expect(Set([early, gone, late, fresh].map(\.vnc.port)).count == 4)
      let kept = try await rig.stored { try $0.macEntries(includeRetired: false) }
      #expect(kept.first { $0.mac.description == late.nics[0].mac }?.state == .reserved)
      await agent.disconnect()
    }
  }

  @Test("pools beside the fleet's own go on behind all they gave, though the backup knows of less or not of the pool")
  func pools() async throws {
    try await Rig.with { rig in
      let agent = try await readyHost(rig, "h1")
      try await rig.createPool("old", "0a:00:00:00:00:00-0a:00:00:00:00:ff", network: "default")
      try await rig.backup(to: rig.backupPath)
      // What is made and deleted again is on no host when the backup is put back.
      var given: Set<String> = []
      for name in ["a", "b", "c"] {
        given.formUnion(try await rig.made(name).nics.map(\.mac))
        #expect(try await rig.ended(rig.delete(name)).state == "done")
      }
      _ = try await rig.ledger { client in
        try await client.deleteMACPool(
          .with {
            $0.requestID = RequestID(from: rig.random).description
            $0.name = "old"
          })
      }
      try await rig.createPool("new", "0a:00:00:00:01:00-0a:00:00:00:01:ff", network: "default")
      given.formUnion(try await rig.made("d").nics.map(\.mac))
      #expect(try await rig.ended(rig.delete("d")).state == "done")
      await agent.disconnect()
      _ = try await restore(rig, movesAside: true)
      try await agent.connect()
      try await eventually("it settles") { try await !rig.settling().settling }
      try await rig.waitUntilReady("h1")
      var fresh = Set(try await rig.made("e").nics.map(\.mac))
      _ = try await rig.ledger { client in
        try await client.deleteMACPool(
          .with {
            $0.requestID = RequestID(from: rig.random).description
            $0.name = "old"
          })
      }
      try await rig.createPool("again", "0a:00:00:00:01:00-0a:00:00:00:01:ff", network: "default")
      fresh.formUnion(try await rig.made("f").nics.map(\.mac))
      #expect(fresh == ["0a:00:00:00:00:03", "0a:00:00:00:01:01"] && given.count == 4)
      let lost = try #require(MACAddress("0a:00:00:00:00:01"))
      let row = try await rig.stored { try $0.macHolder(lost) }
      #expect(row?.state == .quarantined && row?.owner.vm == "a VM that the database has lost")
      await agent.disconnect()
    }
  }

  @Test("a tombstone and an operation of the old database are given up, and the VM is what its host says")
  func overtaken() async throws {
    try await Rig.with { rig in
      let agent = try await readyHost(rig, "h1")
      let vm = try await rig.made("old", start: true)
      await agent.answer { _ in .silence }
      let operation = try await rig.delete("old")
      try await eventually("the tombstone is sent") { await agent.actions.last?.destroys == true }
      try await rig.backup(to: rig.backupPath)
      await agent.disconnect()
      _ = try await restore(rig, movesAside: true)
      await agent.answer { _ in .obey }
      let sent = await agent.actions.count
      try await agent.connect()
      try await eventually("it settles") { try await !rig.settling().settling }
      try await rig.waitUntilReady("h1")
      #expect(try await rig.ended(operation).state == "failed")
      #expect(try await rig.vm("old").state == "running")
      #expect(try await rig.stored { try $0.tombstones() }.isEmpty)
      #expect(await agent.actions.count == sent)
      #expect(await agent.domains[try #require(VMID(vm.id))] != nil)
      // Asked again, it is done.
      #expect(try await rig.ended(rig.delete("old")).state == "done")
      await agent.disconnect()
    }
  }

  @Test(
    "whatever an agent remembers that the database has not is noticed before the agent is welcomed",
    arguments: [
      HighWater(epoch: 40, incarnation: "another", macCursor: 0),
      HighWater(epoch: 1, incarnation: "another", macCursor: 0),
      HighWater(epoch: 0, incarnation: "another", macCursor: 1 << 20),
      HighWater(epoch: 0, incarnation: "another", macCursor: 0, lastEvent: 900),
      HighWater(epoch: 0, incarnation: "another", macCursor: 0, poolCursors: .sample),
    ])
  func evidence(_ memory: HighWater) async throws {
    try await Rig.with { rig in
      let agent = try await rig.host("h1")
      _ = try await rig.host("h2")
      await agent.remember(memory, mark: try rig.signed(memory, for: agent.id))
      try await agent.connect()
      try await eventually("it settles, and h1 has reported") {
        let settling = try await rig.settling()
        return settling.settling && settling.reported == ["h1"] && settling.waiting == ["h2"]
      }
      try await rig.waitUntilReady("h1")
      #expect(await agent.memory.epoch > memory.epoch)
      let refusal = await #expect(throws: FleetError.self) { try await rig.create(.sample("no")) }
      #expect(refusal?.code == .precondition)
      try await rig.restart()
      #expect(try await rig.settling().settling, "it survives a restart")
      try await agent.reconnect()
      try await rig.waitUntilReady("h1")
      try await rig.finishSettling()
      let marks = try await rig.stored { try $0.highWater() }
      #expect(marks.macCursor >= memory.macCursor && memory.poolCursors.rangeAhead(of: marks.poolCursors) == nil)
      _ = try await rig.made("yes")
      await agent.disconnect()
    }
  }

  @Test("an agent that was told all by this database starts no settling")
  func noEvidence() async throws {
    try await Rig.with { rig in
      let agent = try await readyHost(rig, "h1")
      _ = try await rig.made("a")
      try await rig.restart()
      try await agent.reconnect()
      try await rig.waitUntilReady("h1")
      #expect(try await !rig.settling().settling)
      #expect(try await rig.settling().differences.isEmpty)
      try await agent.reconnect()
      try await rig.waitUntilReady("h1")
      #expect(try await !rig.settling().settling)
      await agent.disconnect()
    }
  }

  @Test("power works while it settles, and nothing is deleted, adopted or released")
  func power() async throws {
    try await Rig.with { rig in
      let agent = try await readyHost(rig, "h1")
      _ = try await rig.host("h2")
      _ = try await rig.made("a")
      await agent.put(.unmanaged(macs: [.sample(7)]))
      await agent.disconnect()
      let memory = HighWater(epoch: 40, incarnation: "another", macCursor: 0)
      await agent.remember(memory, mark: try rig.signed(memory, for: agent.id))
      try await agent.connect()
      try await rig.waitUntilReady("h1")
      #expect(try await rig.ended(rig.power("a", .start)).state == "done")
      #expect(try await rig.vm("a").state == "running")
      let refusals: [FleetError?] = [
        await #expect(throws: FleetError.self) { try await rig.delete("a") },
        await #expect(throws: FleetError.self) { try await rig.giveBack("a") },
        await #expect(throws: FleetError.self) { try await rig.adopt("pet") },
      ]
      #expect(refusals.allSatisfy { $0?.code == .precondition })
      await agent.disconnect()
    }
  }

  @Test("a host that comes after settling was forced is heard, and what was accepted since goes on")
  func lateHost() async throws {
    try await Rig.with { rig in
      let agent = try await readyHost(rig, "h1")
      let late = try await rig.host("h2")
      rig.clock.advance(seconds: 10)
      await agent.disconnect()
      let memory = HighWater(epoch: 40, incarnation: "another", macCursor: 0)
      await agent.remember(memory, mark: try rig.signed(memory, for: agent.id))
      try await agent.connect()
      try await rig.waitUntilReady("h1")
      try await rig.finishSettling()
      _ = try await rig.made("a")
      let later = HighWater(epoch: 60, incarnation: "another", macCursor: 1 << 20)
      await late.remember(later, mark: try rig.signed(later, for: late.id))
      try await late.connect()
      try await rig.waitUntilReady("h2")
      #expect(try await !rig.settling().settling)
      #expect(await late.memory.epoch == 61)
      #expect(try await rig.stored { try $0.macCursor() } >= 1 << 20)
      #expect(try await rig.ended(rig.power("a", .start)).state == "done")
      await agent.disconnect()
      await late.disconnect()
    }
  }

  private func readyHost(_ rig: Rig, _ name: String) async throws -> FakeAgent {
    let agent = try await rig.host(name)
    try await agent.connect()
    try await rig.waitUntilReady(name)
    return agent
  }

  private func restore(_ rig: Rig, movesAside: Bool) async throws -> String? {
    await rig.stop()
    let restoration = Restoration(directory: rig.directory, clock: rig.clock, random: rig.random)
    let aside = try await restoration.restore(rig.backupPath, movesAside: movesAside)
    try await rig.start()
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

extension Rig {
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
