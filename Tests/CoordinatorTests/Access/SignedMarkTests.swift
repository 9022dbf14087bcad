import Fleet
import FleetTestKit
import PKI
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("High-water marks are believed if a coordinator has signed them")
struct SignedMarkTests {
  /// What a hostile agent says it was told; each would stop the fleet if it were believed. Numbers above 2^62 are no
  /// matter of belief: a message with one is refused where it is read.
  private static let lies: [HighWaterMarks] = [
    HighWaterMarks(epoch: 1 << 62, incarnation: "another", macCursor: 0),
    HighWaterMarks(epoch: (1 << 62) - 1, incarnation: "another", macCursor: 0),
    HighWaterMarks(epoch: 1 << 61, incarnation: "another", macCursor: 0),
    HighWaterMarks(epoch: 9, incarnation: "another", macCursor: 0),
    HighWaterMarks(epoch: 0, incarnation: "", macCursor: 1 << 62),
    HighWaterMarks(epoch: 0, incarnation: "another", macCursor: 1 << 48),
    HighWaterMarks(epoch: 0, incarnation: "another", macCursor: 0, lastEvent: 1 << 62),
    HighWaterMarks(epoch: 0, incarnation: "another", macCursor: 0, lastEvent: 1_000),
  ]

  @Test("whatever a host says unsigned, the fleet, its restart and its hosts go on")
  func unsigned() async throws {
    try await TestCoordinator.with { coordinator in
      let (liar, honest) = (try await coordinator.host("h1"), try await coordinator.host("h2"))
      try await honest.connect()
      try await coordinator.waitUntilReady("h2")
      let epoch = try await coordinator.stored { try $0.fleet().epoch }
      for lie in Self.lies {
        await liar.remember(lie)
        try await liar.reconnect()
        try await eventually("h1 is welcomed in spite of \(lie)") { await liar.memory.epoch == epoch }
        try await coordinator.waitUntilReady("h1")
        #expect(try await !coordinator.settling().settling)
      }
      _ = try await coordinator.made("a")
      try await eventually("the lies are told") { try await !coordinator.history(of: "host.unproven").isEmpty }
      try await coordinator.restart()
      #expect(try await coordinator.stored { try $0.fleet().epoch } == epoch + 1)
      try await liar.reconnect()
      try await honest.reconnect()
      try await coordinator.waitUntilReady("h1")
      try await coordinator.waitUntilReady("h2")
      _ = try await coordinator.made("b")
      #expect(try await coordinator.stored { try $0.poolCursors() } == PoolCursors())
      await liar.disconnect()
      await honest.disconnect()
    }
  }

  @Test("a mark of another host, of another fleet, or changed by one byte is not believed")
  func forged() async throws {
    try await TestCoordinator.with { coordinator in
      let (liar, other) = (try await coordinator.host("h1"), try await coordinator.host("h2"))
      let lie = HighWaterMarks(epoch: 40, incarnation: "another", macCursor: 1 << 20, lastEvent: 900)
      let foreign = try MarkSeal(coordinator.fleet.id, .generate())
      var changed = try coordinator.signed(lie, for: liar.id)
      changed.statement.append(0x38)
      changed.statement.append(0x01)
      let marks = [
        try coordinator.signed(lie, for: other.id), try foreign.sign(lie, for: liar.id), changed,
        Roost_V1_SignedMark(), .with { $0.statement = .init(repeating: 1, count: 1 << 10) },
        try coordinator.signed(HighWaterMarks(epoch: 1 << 40, incarnation: "another", macCursor: 0), for: liar.id),
      ]
      for mark in marks {
        await liar.remember(lie, mark: mark)
        try await liar.reconnect()
        try await eventually("h1 is welcomed") { await liar.memory.epoch == 1 }
        #expect(try await !coordinator.settling().settling)
      }
      #expect(try await coordinator.history(of: "host.unproven").count == marks.count)
      await liar.disconnect()
    }
  }

  @Test("a mark of a time that the fleet has settled is replayed in vain")
  func replayed() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.host("h1")
      for (epoch, event) in [(40, 900), (30, 901), (20, 902)] as [(Int64, Int64)] {
        let old = HighWaterMarks(epoch: epoch, incarnation: "lost \(epoch)", macCursor: 7, lastEvent: event)
        await agent.remember(old, mark: try coordinator.signed(old, for: agent.id))
        try await agent.reconnect()
        try await coordinator.waitUntilReady("h1")
        try await eventually("it is settled") { try await !coordinator.settling().settling }
      }
      #expect(try await coordinator.history(of: "coordinator.settling").count == 1)
      await agent.disconnect()
    }
  }

  @Test("an administrator may take a host's word, and no more than is possible")
  func believed() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.host("h1")
      await agent.remember(HighWaterMarks(epoch: 40, incarnation: "another", macCursor: 1 << 20))
      try await agent.connect()
      try await eventually("h1 is doubted") { try await coordinator.settling().unproven == ["h1"] }
      let other = try await coordinator.readyHost("h2")
      _ = try await coordinator.local { client in
        try await Roost_V1_Settling.Client(wrapping: client).believe(.with { $0.host = "h1" })
      }
      // It settles by what each host tells from then on: those that are connected are asked, and nobody has to wait.
      try await eventually("it is settled") { try await !coordinator.settling().settling }
      #expect(try await coordinator.history(of: "coordinator.settled").count == 1)
      #expect(try await coordinator.stored { try $0.fleet().epoch } == 41)
      #expect(try await coordinator.stored { try $0.macCursor() } >= 1 << 20)
      let again = await #expect(throws: FleetError.self) {
        try await coordinator.local { client in
          try await Roost_V1_Settling.Client(wrapping: client).believe(.with { $0.host = "h1" })
        }
      }
      #expect(again?.code == .precondition)
      await agent.disconnect()
      await other.disconnect()
    }
  }

  @Test("an epoch beyond belief is told as it is; one of this coordinator is believed")
  func beyondBelief() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.host("h1")
      let name = try await coordinator.stored { try $0.highWater().incarnation }
      @Sendable func believe() async throws {
        _ = try await coordinator.local { client in
          try await Roost_V1_Settling.Client(wrapping: client).believe(.with { $0.host = "h1" })
        }
      }
      await agent.remember(HighWaterMarks(epoch: 1 << 61, incarnation: name, macCursor: 0))
      try await agent.connect()
      try await eventually("h1 is doubted") { try await coordinator.settling().unproven == ["h1"] }
      let far = await #expect(throws: FleetError.self) { try await believe() }
      #expect(far?.code == .precondition && far?.message.contains("\(1 << 61)") == true)
      #expect(far?.hint.contains("--rejoin") == true)
      await agent.remember(HighWaterMarks(epoch: 1 << 20, incarnation: name, macCursor: 0))
      try await agent.reconnect()
      try await eventually("h1 is near enough") {
        do { try await believe() } catch { return false }
        return true
      }
      #expect(try await coordinator.stored { try $0.fleet().epoch } == 1 + 1 << 20)
      await agent.disconnect()
    }
  }

  @Test("a host that proves a lost past makes the connected tell all, and it settles")
  func provenLater() async throws {
    try await TestCoordinator.with { coordinator in
      let early = try await coordinator.readyHost("h1")
      let late = try await coordinator.host("h2")
      let memory = HighWaterMarks(epoch: 40, incarnation: "another", macCursor: 1 << 20)
      await late.remember(memory, mark: try coordinator.signed(memory, for: late.id))
      try await late.connect()
      try await eventually("it is settled") { try await coordinator.history(of: "coordinator.settled").count == 1 }
      #expect(try await coordinator.stored { try $0.macCursor() } >= 1 << 20)
      await early.disconnect()
      await late.disconnect()
    }
  }
}
