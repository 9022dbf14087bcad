import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("Ending what does not end by itself")
struct CancellationTests {
  @Test("a hung creation is cancelled: host told, VM free, a late result is nothing")
  func hanging() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost { action in
        if case .provision = action.work { .silence } else { .obey }
      }
      let reply = try await coordinator.create(.sample())
      try await eventually("the action arrives") { await agent.actions.count == 1 }
      let action = try #require(await agent.actions.first)
      let id = RequestID(from: coordinator.random)
      let ended = try await coordinator.cancel(reply.operation, id: id)
      #expect(ended.state == "failed" && ended.failure.code == FleetError.Code.cancelled.rawValue)
      #expect(ended.failure.message.contains("cancelled by the local administrator") && ended.endedAt > 0)
      #expect(ended.failure.hint.contains("roost delete web-1"))
      #expect(try await coordinator.cancel(reply.operation, id: id) == ended, "the same request has the same answer")
      try await eventually("the host is told") { await agent.cancelled == [action.id] }
      #expect(try await coordinator.vm("web-1").state == "failed")
      await agent.answer(late: ActionResult(id: action.id, failure: nil, domain: nil))
      #expect(
        try await coordinator.ended(try await coordinator.delete("web-1")).state == "done", "its VM is busy no more")
      #expect(try await coordinator.ended(reply.operation) == ended)
      let again = await #expect(throws: FleetError.self) { try await coordinator.cancel(reply.operation) }
      #expect(again?.code == .precondition)
      await agent.disconnect()
    }
  }

  @Test("a waiting stop is cancelled; the VM stays as it is and can be stopped anew")
  func politeStop() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost { action in
        if case .power(_, .stop, force: false, _) = action.work { .silence } else { .obey }
      }
      _ = try await coordinator.made("web-1", start: true)
      let stop = try await coordinator.power("web-1", .stop)
      let busy = await #expect(throws: FleetError.self) { try await coordinator.power("web-1", .pause) }
      #expect(busy?.hint.contains("roost op cancel \(stop.id)") == true)
      #expect(try await coordinator.cancel(stop).state == "failed")
      #expect(try await coordinator.stored { try $0.vm(named: "web-1") }?.power == .running)
      #expect(try await coordinator.ended(try await coordinator.power("web-1", .pause)).state == "done")
      #expect(try await coordinator.events("operation.cancelled").count == 1)
      await agent.disconnect()
    }
  }

  @Test("an operation whose host stays out of reach ends, and says after how long")
  func unreachable() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost { action in
        if case .provision = action.work { .hangUp } else { .obey }
      }
      let reply = try await coordinator.create(.sample())
      try await eventually("the host has gone") { try await coordinator.hostState("h1") == "unreachable" }
      // Its own patience wakes the driver twice a minute; a host that is closed wakes it at once.
      func look(_ closes: Bool) async throws {
        _ = try await coordinator.local { client in
          try await Roost_V1_Hosts.Client(wrapping: client).setCordon(
            .with {
              $0.requestID = RequestID(from: coordinator.random).description
              $0.host = "h1"
              $0.cordoned = closes
            })
        }
      }
      try await look(true)
      try await eventually("it waits") {
        let shown = try await coordinator.local { client in
          try await Roost_V1_Operations.Client(wrapping: client).get(.with { $0.id = reply.operation.id })
        }
        return shown.operation.steps.contains { $0.detail.contains("unreachable") }
      }
      coordinator.clock.advance(seconds: OperationDriver.absence + 1)
      try await look(false)
      let ended = try await coordinator.ended(reply.operation)
      #expect(ended.state == "failed" && ended.failure.code == FleetError.Code.timedOut.rawValue)
      #expect(ended.failure.message.contains("15 min") && ended.failure.hint.contains("roost host show h1"))
      await agent.disconnect()
    }
  }

  @Test("a deletion that is cancelled leaves nothing that permits it")
  func deletion() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost { action in
        if case .destroy = action.work { .silence } else { .obey }
      }
      _ = try await coordinator.made("web-1")
      let deletion = try await coordinator.delete("web-1")
      try await eventually("the action arrives") { await agent.actions.count == 2 }
      #expect(try await coordinator.cancel(deletion).failure.hint.contains("roost show web-1"))
      #expect(try await coordinator.stored { try $0.tombstones() }.isEmpty)
      #expect(try await coordinator.vm("web-1").state == "stopped")
      await agent.disconnect()
    }
  }

  @Test("a VM whose cancelled deletion was carried out says so, not to define it again")
  func lateDeletion() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost { action in
        if case .destroy = action.work { .silence } else { .obey }
      }
      let vm = try #require(VMID(try await coordinator.made("web-1").id))
      let deletion = try await coordinator.delete("web-1")
      try await eventually("the action arrives") { await agent.actions.count == 2 }
      #expect(try await coordinator.cancel(deletion).state == "failed")
      await agent.answer { _ in .obey }
      await agent.answer(late: ActionResult(id: await agent.actions[1].id, failure: nil, domain: nil))
      await agent.remove(vm)
      try await coordinator.report(agent)
      for restarts in [false, true] {
        if restarts {
          await agent.disconnect()
          try await coordinator.restart()
          try await coordinator.report(agent)
        }
        let note = try #require(try await coordinator.listed("web-1")?.notes.first)
        #expect(note.contains("since a deletion that was cancelled") && note.contains("roost forget web-1"))
        #expect(note.contains("roost delete web-1") && !note.contains("roost recover"))
        #expect(try await coordinator.vm("web-1").notes.first == note)
      }
      let events = try await coordinator.events("vm.deleted-late")
      #expect(events.count == 1 && events.first?.contains("host h1 has removed VM \"web-1\"") == true)
      #expect(try await coordinator.ended(try await coordinator.delete("web-1")).state == "done")
      _ = try await coordinator.made("web-2")
      let other = try #require(VMID(try await coordinator.vm("web-2").id))
      await agent.remove(other)
      try await coordinator.report(agent)
      #expect(try await coordinator.listed("web-2")?.notes.first?.contains("roost recover web-2") == true)
      #expect(try await coordinator.events("vm.deleted-late").count == 1)
      await agent.disconnect()
    }
  }

  @Test("an operation that is cancelled stays so when the coordinator starts again")
  func restart() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost { _ in .silence }
      let reply = try await coordinator.create(.sample())
      try await eventually("the action arrives") { await agent.actions.count == 1 }
      let ended = try await coordinator.cancel(reply.operation)
      await agent.disconnect()
      try await coordinator.restart()
      try await agent.connect()
      try await coordinator.waitUntilReady("h1")
      #expect(try await coordinator.ended(reply.operation) == ended)
      #expect(await agent.actions.count == 1)
      await agent.disconnect()
    }
  }

  @Test("an operation of a host that has left ends, and does not wait for it for ever")
  func hostIsGone() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost { _ in .silence }
      let network = try await coordinator.local { client in
        try await Roost_V1_Hosts.Client(wrapping: client).setNetwork(
          .with {
            $0.requestID = RequestID(from: coordinator.random).description
            $0.host = "h1"
            $0.name = "default"
            $0.active = true
          }
        ).operation
      }
      try await eventually("the action arrives") { await agent.actions.count == 1 }
      let twice = await #expect(throws: FleetError.self) {
        try await coordinator.local { client in
          try await Roost_V1_Hosts.Client(wrapping: client).setNetwork(
            .with {
              $0.requestID = RequestID(from: coordinator.random).description
              $0.host = "h1"
              $0.name = "default"
              $0.active = true
            })
        }
      }
      #expect(twice?.code == .conflict && twice?.message.contains("busy") == true)
      try await coordinator.removeHost("h1")
      let ended = try await coordinator.ended(network)
      #expect(ended.state == "failed" && ended.failure.message.contains("left the fleet"))
      await agent.disconnect()
    }
  }

  @Test("a host that calls every port busy is asked thrice, and its words are the answer")
  func busyPorts() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost { action in
        if case .provision = action.work { .refuse(FleetError(.portBusy, "no port is free here")) } else { .obey }
      }
      let ended = try await coordinator.ended(try await coordinator.create(.sample()).operation)
      #expect(ended.state == "failed" && ended.failure.message == "no port is free here")
      let tries = await agent.actions.count { if case .provision = $0.work { true } else { false } }
      #expect(tries == 3)
      await agent.disconnect()
    }
  }

  @Test("a busy port of a VM that was given none fails at once, with the host's words")
  func noPortToChange() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost { action in
        if case .power = action.work { .refuse(FleetError(.portBusy, "port 5999 is in use")) } else { .obey }
      }
      var spec = VMSpec.sample(vcpus: 1, memory: .mebibytes(64), disk: .zero)
      spec.vnc = nil
      #expect(try await coordinator.ended(try await coordinator.create(spec).operation).state == "done")
      let ended = try await coordinator.ended(try await coordinator.power("web-1", .start))
      #expect(ended.state == "failed" && ended.failure.message == "port 5999 is in use")
      #expect(await agent.actions.count == 2)
      let note = try #require(try await coordinator.listed("web-1")?.notes.first)
      #expect(note == "its last start failed: port 5999 is in use")
      await agent.answer { _ in .obey }
      #expect(try await coordinator.ended(try await coordinator.power("web-1", .start)).state == "done")
      #expect(try await coordinator.listed("web-1")?.notes.isEmpty == true)
      await agent.disconnect()
    }
  }
}
