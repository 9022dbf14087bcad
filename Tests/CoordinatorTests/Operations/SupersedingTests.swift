import Fleet
import FleetTestKit
import GRPCCore
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("Superseding a polite stop or restart by force")
struct SupersedingTests {
  /// A host whose guest `web-1` runs and hears no power button.
  private func deafGuest(_ coordinator: TestCoordinator) async throws -> FakeAgent {
    let agent = try await coordinator.host("h1") { action in
      if case .power(_, let verb, force: false, _) = action.work, verb == .stop || verb == .restart {
        .silence
      } else {
        .obey
      }
    }
    try await agent.connect()
    try await coordinator.waitUntilReady("h1")
    _ = try await coordinator.made("web-1", start: true)
    return agent
  }

  private func politely(_ verb: PowerVerb, _ agent: FakeAgent, _ coordinator: TestCoordinator, id: RequestID)
    async throws
    -> Roost_V1_Operation
  {
    let before = await agent.actions.count
    let operation = try await coordinator.power("web-1", verb, id: id)
    try await eventually("the guest is asked") { await agent.actions.count == before + 1 }
    return operation
  }

  @Test(
    "the other ends as superseded, and its request id keeps its answer",
    arguments: [
      (PowerVerb.stop, PowerVerb.stop), (.restart, .stop), (.restart, .restart), (.stop, .restart),
    ])
  func supersedes(polite: PowerVerb, forced: PowerVerb) async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await deafGuest(coordinator)
      let id = RequestID(from: coordinator.random)
      let waiting = try await politely(polite, agent, coordinator, id: id)
      let later = try await coordinator.power("web-1", forced, force: true)
      #expect(try await coordinator.ended(later).state == "done")
      let earlier = try await coordinator.ended(waiting)
      #expect(earlier.state == "failed" && earlier.failure.code == FleetError.Code.superseded.rawValue)
      #expect(earlier.failure.hint.contains(later.id) && earlier.endedAt > 0)
      #expect(earlier.steps.map(\.state) == ["failed"])
      #expect(try await coordinator.power("web-1", polite, id: id) == earlier, "the same request has the same answer")
      #expect(try await coordinator.vm("web-1").state == (forced == .stop ? "stopped" : "running"))
      let vm = try await coordinator.stored { try $0.vm(named: "web-1") }
      #expect(vm?.power == forced.target)
      let powers = await agent.actions.compactMap { action -> Bool? in
        if case .power(_, let verb, let force, _) = action.work, verb != .start { force } else { nil }
      }
      #expect(powers == [false, true], "each was asked for once, the polite one first")
      await agent.disconnect()
    }
  }

  @Test("who watches the polite one is told at once")
  func watched() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await deafGuest(coordinator)
      let waiting = try await politely(.stop, agent, coordinator, id: RequestID(from: coordinator.random))
      let watching = Task {
        try await coordinator.local { client in
          try await Roost_V1_Operations.Client(wrapping: client).watch(.with { $0.id = waiting.id }) { response in
            var last: Roost_V1_Operation?
            for try await form in response.messages { last = form.operation }
            return last
          }
        }
      }
      _ = try await coordinator.power("web-1", .stop, force: true)
      #expect(try await watching.value?.failure.code == FleetError.Code.superseded.rawValue)
      await agent.disconnect()
    }
  }

  @Test("a late answer to the polite one changes nothing any more")
  func late() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await deafGuest(coordinator)
      let waiting = try await politely(.restart, agent, coordinator, id: RequestID(from: coordinator.random))
      _ = try await coordinator.ended(try await coordinator.power("web-1", .stop, force: true))
      let polite = try #require(
        await agent.actions.last { if case .power(_, .restart, _, _) = $0.work { true } else { false } })
      let before = try await coordinator.ended(waiting)
      await agent.answer(
        late: ActionResult(id: polite.id, failure: FleetError(.timedOut, "it has not booted again"), domain: nil))
      _ = try await coordinator.ended(try await coordinator.power("web-1", .start))
      #expect(try await coordinator.ended(waiting) == before)
      #expect(try await coordinator.stored { try $0.vm(named: "web-1") }?.power == .running)
      await agent.disconnect()
    }
  }

  @Test("a coordinator that dies after accepting the later one carries out only that")
  func crash() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await deafGuest(coordinator)
      let waiting = try await politely(.restart, agent, coordinator, id: RequestID(from: coordinator.random))
      await agent.answer { _ in .silence }
      let later = try await coordinator.power("web-1", .stop, force: true)
      await agent.disconnect()
      try await coordinator.restart()
      await agent.answer { _ in .obey }
      try await agent.connect()
      #expect(try await coordinator.ended(later).state == "done")
      #expect(try await coordinator.ended(waiting).failure.code == FleetError.Code.superseded.rawValue)
      let restarts = await agent.actions.count { if case .power(_, .restart, _, _) = $0.work { true } else { false } }
      #expect(restarts == 1)
      await agent.disconnect()
    }
  }

  @Test("what is not by force, or waits for something else, is still refused as busy")
  func busy() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await deafGuest(coordinator)
      _ = try await politely(.stop, agent, coordinator, id: RequestID(from: coordinator.random))
      let refusal = await #expect(throws: FleetError.self) { try await coordinator.power("web-1", .restart) }
      #expect(refusal?.code == .conflict && refusal?.hint.contains("roost stop --force web-1") == true)
      await #expect(throws: FleetError.self) { try await coordinator.power("web-1", .pause, force: true) }
      await agent.answer { _ in .silence }
      _ = try await coordinator.power("web-1", .stop, force: true)
      let second = await #expect(throws: FleetError.self) {
        try await coordinator.power("web-1", .restart, force: true)
      }
      #expect(second?.code == .conflict, "a stop by force gives its place to nobody")
      await agent.disconnect()
    }
  }
}
