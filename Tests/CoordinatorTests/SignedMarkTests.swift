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
  private static let lies: [HighWater] = [
    HighWater(epoch: 1 << 62, incarnation: "another", macCursor: 0),
    HighWater(epoch: (1 << 62) - 1, incarnation: "another", macCursor: 0),
    HighWater(epoch: 1 << 61, incarnation: "another", macCursor: 0),
    HighWater(epoch: 9, incarnation: "another", macCursor: 0),
    HighWater(epoch: 0, incarnation: "", macCursor: 1 << 62),
    HighWater(epoch: 0, incarnation: "another", macCursor: 1 << 48),
    HighWater(epoch: 0, incarnation: "another", macCursor: 0, lastEvent: 1 << 62),
    HighWater(epoch: 0, incarnation: "another", macCursor: 0, lastEvent: 1_000),
  ]

  @Test("whatever a host says without a signature, the fleet goes on, and so do its restart and its hosts")
  func unsigned() async throws {
    try await Rig.with { rig in
      let (liar, honest) = (try await rig.host("h1"), try await rig.host("h2"))
      try await honest.connect()
      try await rig.waitUntilReady("h2")
      let epoch = try await rig.stored { try $0.fleet().epoch }
      for lie in Self.lies {
        await liar.remember(lie)
        try await liar.reconnect()
        try await eventually("h1 is welcomed in spite of \(lie)") { await liar.memory.epoch == epoch }
        try await rig.waitUntilReady("h1")
        #expect(try await !rig.settling().settling)
      }
      _ = try await rig.made("a")
      try await eventually("the lies are told") { try await !rig.history(of: "host.unproven").isEmpty }
      try await rig.restart()
      #expect(try await rig.stored { try $0.fleet().epoch } == epoch + 1)
      try await liar.reconnect()
      try await honest.reconnect()
      try await rig.waitUntilReady("h1")
      try await rig.waitUntilReady("h2")
      _ = try await rig.made("b")
      #expect(try await rig.stored { try $0.poolCursors() } == PoolCursors())
      await liar.disconnect()
      await honest.disconnect()
    }
  }

  @Test("a mark of another host, of another fleet, or changed by one byte is not believed")
  func forged() async throws {
    try await Rig.with { rig in
      let (liar, other) = (try await rig.host("h1"), try await rig.host("h2"))
      let lie = HighWater(epoch: 40, incarnation: "another", macCursor: 1 << 20, lastEvent: 900)
      let foreign = try MarkSeal(rig.fleet.id, .generate())
      var changed = try rig.signed(lie, for: liar.id)
      changed.statement.append(0x38)
      changed.statement.append(0x01)
      let marks = [
        try rig.signed(lie, for: other.id), try foreign.sign(lie, for: liar.id), changed,
        Roost_V1_SignedMark(), .with { $0.statement = .init(repeating: 1, count: 1 << 10) },
        try rig.signed(HighWater(epoch: 1 << 40, incarnation: "another", macCursor: 0), for: liar.id),
      ]
      for mark in marks {
        await liar.remember(lie, mark: mark)
        try await liar.reconnect()
        try await eventually("h1 is welcomed") { await liar.memory.epoch == 1 }
        #expect(try await !rig.settling().settling)
      }
      #expect(try await rig.history(of: "host.unproven").count == marks.count)
      await liar.disconnect()
    }
  }

  @Test("a mark of a time that the fleet has settled is replayed in vain")
  func replayed() async throws {
    try await Rig.with { rig in
      let agent = try await rig.host("h1")
      for (epoch, event) in [(40, 900), (30, 901), (20, 902)] as [(Int64, Int64)] {
        let old = HighWater(epoch: epoch, incarnation: "lost \(epoch)", macCursor: 7, lastEvent: event)
        await agent.remember(old, mark: try rig.signed(old, for: agent.id))
        try await agent.reconnect()
        try await rig.waitUntilReady("h1")
        try await eventually("it is settled") { try await !rig.settling().settling }
      }
      #expect(try await rig.history(of: "coordinator.settling").count == 1)
      await agent.disconnect()
    }
  }

  @Test("an administrator may take a host's word, and no more than what is possible is taken")
  func believed() async throws {
    try await Rig.with { rig in
      let agent = try await rig.host("h1")
      await agent.remember(HighWater(epoch: 40, incarnation: "another", macCursor: 1 << 20))
      try await agent.connect()
      try await eventually("h1 is doubted") { try await rig.settling().unproven == ["h1"] }
      let other = try await rig.host("h2")
      try await other.connect()
      try await rig.waitUntilReady("h2")
      _ = try await rig.local { client in
        try await Roost_V1_Settling.Client(wrapping: client).believe(.with { $0.host = "h1" })
      }
      // It settles by what each host tells from then on: those that are connected are asked, and nobody has to wait.
      try await eventually("it is settled") { try await !rig.settling().settling }
      #expect(try await rig.history(of: "coordinator.settled").count == 1)
      #expect(try await rig.stored { try $0.fleet().epoch } == 41)
      #expect(try await rig.stored { try $0.macCursor() } >= 1 << 20)
      let again = await #expect(throws: FleetError.self) {
        try await rig.local { client in
          try await Roost_V1_Settling.Client(wrapping: client).believe(.with { $0.host = "h1" })
        }
      }
      #expect(again?.code == .precondition)
      await agent.disconnect()
      await other.disconnect()
    }
  }

  @Test("a host that proves a lost past makes those that are connected tell all they have, and it settles")
  func provenLater() async throws {
    try await Rig.with { rig in
      let early = try await rig.host("h1")
      try await early.connect()
      try await rig.waitUntilReady("h1")
      let late = try await rig.host("h2")
      let memory = HighWater(epoch: 40, incarnation: "another", macCursor: 1 << 20)
      await late.remember(memory, mark: try rig.signed(memory, for: late.id))
      try await late.connect()
      try await eventually("it is settled") { try await rig.history(of: "coordinator.settled").count == 1 }
      #expect(try await rig.stored { try $0.macCursor() } >= 1 << 20)
      await early.disconnect()
      await late.disconnect()
    }
  }
}
