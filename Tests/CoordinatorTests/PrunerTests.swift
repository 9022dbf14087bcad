import Fleet
import FleetTestKit
import GRPCCore
import Logging
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("A coordinator forgets what is old")
struct PrunerTests {
  private func events(since: UInt64, _ rig: Rig) async throws -> [Roost_V1_Event] {
    try await rig.local { client in
      try await Roost_V1_Operations.Client(wrapping: client).events(.with { $0.since = since }) { response in
        try await response.messages.reduce(into: []) { $0.append($1) }
      }
    }
  }

  @Test("old events are gone when it has begun, and who asks for them is told where the record begins")
  func events() async throws {
    try await Rig.with { rig in
      for name in ["h1", "h2"] { _ = try await rig.token(named: name) }
      let before = try await events(since: 0, rig)
      #expect(before.map(\.number) == Array(1...UInt64(before.count)))
      #expect(before.first?.oldestKept == 1 && before.dropFirst().allSatisfy { $0.oldestKept == 0 })
      rig.clock.advance(seconds: Pruner.eventSeconds + 60)
      try await rig.restart()
      // What the new office writes itself is new.
      try await eventually("the old ones are gone") { try await self.events(since: 0, rig).first?.number != 1 }
      let after = try await events(since: 0, rig)
      #expect(after.first?.number == UInt64(before.count) + 1 && after.first?.oldestKept == after.first?.number)
      #expect(try await events(since: 1, rig).first?.oldestKept == after.first?.number)
      #expect(after.first?.kind == "coordinator.started")
    }
  }

  @Test("a request is answered the same for a week, and carried out anew after it is forgotten")
  func requests() async throws {
    try await Rig.with { rig in
      let agent = try await rig.host("h1")
      try await agent.connect()
      try await rig.waitUntilReady("h1")
      let id = RequestID(from: rig.random)
      let first = try await rig.create(.sample(), id: id)
      _ = try await rig.ended(first.operation)
      rig.clock.advance(seconds: Pruner.requestSeconds - 60)
      try await prune(rig)
      #expect(try await rig.create(.sample(), id: id).operation.id == first.operation.id)
      rig.clock.advance(seconds: 120)
      try await prune(rig)
      #expect(try await rig.stored { try $0.request(id) } == nil)
      let refusal = await #expect(throws: FleetError.self) { try await rig.create(.sample(), id: id) }
      #expect(refusal?.code == .conflict, "it is a new request, and the name is taken")
      #expect(try await rig.stored { try $0.macEntries(includeRetired: true).count } == 1)
      await agent.disconnect()
    }
  }

  @Test("all that is old goes, in as many small steps as it takes")
  func batches() async throws {
    try await Rig.with { rig in
      await rig.stop()
      let store = try FleetStore.open(at: rig.directory.database)
      let now = rig.clock.now()
      try await store.commit { transaction in
        for _ in 0..<25 { try transaction.appendEvent(at: now, kind: "a", subject: "", message: "") }
      }
      var pruner = pruner(rig, store)
      (pruner.eventLimit, pruner.batch) = (5, 4)
      try await pruner.prune()
      let (first, last) = try await store.read { (try $0.firstEventNumber(), try $0.lastEventNumber()) }
      #expect(last - first == 4)
      pruner.term.settle(true)
      pruner.eventLimit = 1
      try await pruner.prune()
      #expect(try await store.read { try $0.firstEventNumber() } == first, "nothing goes while the fleet settles")
      try store.close()
      try await rig.start()
    }
  }

  @Test("who had an address that Roost did not give is told for three months, and then forgotten; the present stays")
  func sightings() async throws {
    try await Rig.with { rig in
      let agent = try #require(try await rig.hosts("h1")["h1"])
      let (gone, here) = (try #require(MACAddress("52:54:00:5d:aa:01")), try #require(MACAddress("52:54:00:5d:aa:02")))
      await agent.put(.unmanaged("gone", id: .sample(701), macs: [gone]))
      await agent.put(.unmanaged("here", id: .sample(702), macs: [here]))
      try await rig.report(agent)
      try await eventually("both are written down") { try await rig.stored { try $0.openSightings().count } == 2 }
      await agent.remove(.sample(701))
      try await rig.report(agent)
      try await eventually("one is gone") { try await rig.stored { try $0.openSightings().count } == 1 }
      await agent.disconnect()
      rig.clock.advance(seconds: Pruner.sightingSeconds - 60)
      try await prune(rig)
      #expect(try await rig.reports(gone.description).first?.history.map(\.owner.vm) == ["gone"])
      rig.clock.advance(seconds: 120)
      try await prune(rig)
      #expect(try await rig.reports(gone.description).isEmpty)
      #expect(try await rig.reports(here.description).first?.history.map(\.owner.vm) == ["here"])
    }
  }

  /// Forgets as the coordinator does, between two of its terms.
  private func prune(_ rig: Rig) async throws {
    await rig.stop()
    let store = try FleetStore.open(at: rig.directory.database)
    try await pruner(rig, store).prune()
    try store.close()
    try await rig.start()
  }

  private func pruner(_ rig: Rig, _ store: FleetStore) -> Pruner {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return Pruner(term: Term(epoch: 1), store: store, clock: rig.clock, logger: logger)
  }
}
