import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import Store
import Testing

@testable import Coordinator

@Suite("Carrying operations out")
struct OperationTests {
  @Test("an action that was lost with the connection is sent again under the same id")
  func lostAction() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost { _ in .hangUp }
      let reply = try await coordinator.create(.sample())
      try await eventually("the action arrives") { await agent.actions.count == 1 }
      await agent.disconnect()
      await agent.answer { _ in .obey }
      try await agent.connect()
      #expect(try await coordinator.ended(reply.operation).state == "done")
      let ids = await agent.actions.map(\.id)
      #expect(ids.count == 2 && Set(ids).count == 1)
      await agent.disconnect()
    }
  }

  @Test("a restarted coordinator takes up what it began, with the same id, a higher epoch")
  func restart() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost { _ in .silence }
      let reply = try await coordinator.create(.sample())
      try await eventually("the action arrives") { await agent.actions.count == 1 }
      await agent.disconnect()
      await agent.answer { _ in .obey }
      try await coordinator.restart()
      try await agent.connect()
      #expect(try await coordinator.ended(reply.operation).state == "done")
      let actions = await agent.actions
      #expect(actions.count == 2 && actions[0].id == actions[1].id && actions[0].epoch < actions[1].epoch)
      await agent.disconnect()
    }
  }

  @Test("a port that something on the host has leads to another port and a new provision")
  func portBusy() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost { action in
        guard case .provision(let order) = action.work, order.revision == 1 else { return .obey }
        return .refuse(FleetError(.portBusy, "something listens on the port"))
      }
      let reply = try await coordinator.create(.sample(), start: true)
      #expect(try await coordinator.ended(reply.operation).state == "done")
      let ports = await agent.actions.compactMap { action -> Int? in
        if case .provision(let order) = action.work { order.allocations.vncPort } else { nil }
      }
      #expect(ports.count == 2 && Set(ports).count == 2)
      #expect(try await coordinator.stored { try $0.portEntries().map(\.port) } == ports.suffix(1))
      #expect(try await coordinator.vm("web-1").state == "running")
      await agent.disconnect()
    }
  }

  @Test("the third busy port ends an operation, over restarts of the coordinator too")
  func portBusyAgain() async throws {
    try await TestCoordinator.with { coordinator in
      let busy = FakeAgent.Answer.refuse(FleetError(.portBusy, "something listens on the port"))
      let agent = try await coordinator.readyHost { action in
        guard case .provision(let order) = action.work else { return .obey }
        return order.revision < 3 ? busy : .silence
      }
      let reply = try await coordinator.create(.sample(), start: true)
      try await eventually("the third port is tried") { await agent.actions.count == 3 }
      try await coordinator.restart()
      await agent.answer { action in if case .provision = action.work { busy } else { .obey } }
      try await agent.reconnect()
      let ended = try await coordinator.ended(reply.operation)
      #expect(ended.state == "failed" && ended.failure.code == FleetError.Code.portBusy.rawValue)
      let ports = await agent.actions.compactMap { action -> Int? in
        if case .provision(let order) = action.work { order.allocations.vncPort } else { nil }
      }
      #expect(Set(ports).count == 3)
      await agent.disconnect()
    }
  }

  @Test("a VM that could not be provisioned leaves no name, no address and no room behind")
  func failedProvision() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost { action in
        if case .provision = action.work { .refuse(FleetError(.internal, "the pool is full")) } else { .obey }
      }
      let reply = try await coordinator.create(.sample())
      let operation = try await coordinator.ended(reply.operation)
      #expect(operation.state == "failed" && operation.failure.message == "the pool is full")
      let (vms, macs, ports) = try await coordinator.stored { reader in
        (
          try reader.vms().count, try reader.macEntries(includeRetired: false).filter { $0.state == .allocated }.count,
          try reader.portEntries().count
        )
      }
      #expect(vms == 0 && macs == 0 && ports == 0)
      await agent.answer { _ in .obey }
      let again = try await coordinator.create(.sample())
      #expect(try await coordinator.ended(again.operation).state == "done")
      await agent.disconnect()
    }
  }

  @Test("a host that falls silent is unreachable and its VM unknown, but never stopped")
  func silence() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost { _ in .obey }
      let reply = try await coordinator.create(.sample(), start: true)
      #expect(try await coordinator.ended(reply.operation).state == "done")
      #expect(try await coordinator.vm("web-1").certainty == "current")
      await agent.disconnect()
      try await eventually("h1 is gone") { try await coordinator.hostState("h1") == HostState.unreachable.rawValue }
      let vm = try await coordinator.vm("web-1")
      #expect(vm.state == "running" && vm.certainty == "unknown" && vm.seenAt > 0)
    }
  }
}
