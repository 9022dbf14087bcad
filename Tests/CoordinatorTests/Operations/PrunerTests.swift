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
  private func events(since: UInt64, _ coordinator: TestCoordinator) async throws -> [Roost_V1_Event] {
    try await coordinator.local { client in
      try await Roost_V1_Operations.Client(wrapping: client).events(.with { $0.since = since }) { response in
        try await response.messages.reduce(into: []) { $0.append($1) }
      }
    }
  }

  @Test("old events go at its start, and who asks for them hears where the record begins")
  func events() async throws {
    try await TestCoordinator.with { coordinator in
      for name in ["h1", "h2"] { _ = try await coordinator.token(named: name) }
      let before = try await events(since: 0, coordinator)
      #expect(before.map(\.number) == Array(1...UInt64(before.count)))
      #expect(before.first?.oldestKept == 1 && before.dropFirst().allSatisfy { $0.oldestKept == 0 })
      coordinator.clock.advance(seconds: Pruner.eventSeconds + 60)
      try await coordinator.restart()
      // What the new epoch writes itself is new.
      try await eventually("the old ones are gone") { try await self.events(since: 0, coordinator).first?.number != 1 }
      let after = try await events(since: 0, coordinator)
      #expect(after.first?.number == UInt64(before.count) + 1 && after.first?.oldestKept == after.first?.number)
      #expect(try await events(since: 1, coordinator).first?.oldestKept == after.first?.number)
      #expect(after.first?.kind == "coordinator.started")
    }
  }

  @Test("a request is answered the same for a week, and carried out anew once forgotten")
  func requests() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      let id = RequestID(from: coordinator.random)
      let first = try await coordinator.create(.sample(), id: id)
      _ = try await coordinator.ended(first.operation)
      coordinator.clock.advance(seconds: Pruner.requestSeconds - 60)
      try await prune(coordinator)
      #expect(try await coordinator.create(.sample(), id: id).operation.id == first.operation.id)
      coordinator.clock.advance(seconds: 120)
      try await prune(coordinator)
      #expect(try await coordinator.stored { try $0.request(id) } == nil)
      let refusal = await #expect(throws: FleetError.self) { try await coordinator.create(.sample(), id: id) }
      #expect(refusal?.code == .conflict, "it is a new request, and the name is taken")
      #expect(try await coordinator.stored { try $0.macEntries(includeRetired: true).count } == 1)
      await agent.disconnect()
    }
  }

  @Test("all that is old goes, in as many small steps as it takes")
  func batches() async throws {
    try await TestCoordinator.with { coordinator in
      await coordinator.stop()
      let store = try FleetStore.open(at: coordinator.directory.database)
      let now = coordinator.clock.now()
      try await store.commit { transaction in
        for _ in 0..<25 { try transaction.appendEvent(at: now, kind: .vmPlaced, subject: "", message: "") }
      }
      var pruner = pruner(coordinator, store)
      (pruner.eventLimit, pruner.batch) = (5, 4)
      try await pruner.prune()
      let (first, last) = try await store.read { (try $0.firstEventNumber(), try $0.lastEventNumber()) }
      #expect(last - first == 4)
      pruner.epochState.settle(true)
      pruner.eventLimit = 1
      try await pruner.prune()
      #expect(try await store.read { try $0.firstEventNumber() } == first, "nothing goes while the fleet settles")
      try store.close()
      try await coordinator.start()
    }
  }

  @Test("who had an address is told for three months, then forgotten; the present stays")
  func sightings() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try #require(try await coordinator.hosts("h1")["h1"])
      let (gone, here) = (try #require(MACAddress("52:54:00:5d:aa:01")), try #require(MACAddress("52:54:00:5d:aa:02")))
      await agent.put(.unmanaged("gone", id: .sample(701), macs: [gone]))
      await agent.put(.unmanaged("here", id: .sample(702), macs: [here]))
      try await coordinator.report(agent)
      try await eventually("both are written down") {
        try await coordinator.stored { try $0.openSightings().count } == 2
      }
      await agent.remove(.sample(701))
      try await coordinator.report(agent)
      try await eventually("one is gone") { try await coordinator.stored { try $0.openSightings().count } == 1 }
      await agent.disconnect()
      coordinator.clock.advance(seconds: Pruner.sightingSeconds - 60)
      try await prune(coordinator)
      #expect(try await coordinator.reports(gone.description).first?.history.map(\.owner.vm) == ["gone"])
      coordinator.clock.advance(seconds: 120)
      try await prune(coordinator)
      #expect(try await coordinator.reports(gone.description).isEmpty)
      #expect(try await coordinator.reports(here.description).first?.history.map(\.owner.vm) == ["here"])
    }
  }

  /// Forgets as the coordinator does, between two of its terms.
  private func prune(_ coordinator: TestCoordinator) async throws {
    await coordinator.stop()
    let store = try FleetStore.open(at: coordinator.directory.database)
    try await pruner(coordinator, store).prune()
    try store.close()
    try await coordinator.start()
  }

  private func pruner(_ coordinator: TestCoordinator, _ store: FleetStore) -> Pruner {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return Pruner(epochState: EpochState(epoch: 1), store: store, clock: coordinator.clock, logger: logger)
  }
}
