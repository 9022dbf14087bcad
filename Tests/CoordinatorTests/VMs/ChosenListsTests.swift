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

@Suite("Lists and events are chosen by the coordinator")
struct ChosenListsTests {
  private func names(
    _ coordinator: TestCoordinator, _ request: Roost_V1_ListVMsRequest
  ) async throws -> [String] {
    let response = try await coordinator.local { client in
      try await Roost_V1_VMs.Client(wrapping: client).list(request)
    }
    #expect(response.filtered)
    return response.vms.map(\.name)
  }

  private func events(
    _ coordinator: TestCoordinator, vm: String = "", host: String = "", from: Int64 = 0, until: Int64 = 0
  ) async throws -> [Roost_V1_Event] {
    var asked = Roost_V1_EventsRequest()
    (asked.vm, asked.host, asked.from, asked.until) = (vm, host, from, until)
    let request = asked
    return try await coordinator.local { client in
      try await Roost_V1_Operations.Client(wrapping: client).events(request) { response in
        try await response.messages.reduce(into: []) { $0.append($1) }
      }
    }
  }

  @Test("VMs by group, state, label and whether they are managed")
  func vms() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.host("h1")
      try await agent.connect()
      try await coordinator.waitUntilReady("h1")
      var labelled = VMSpec.sample("web-1")
      labelled.labels = ["role": "web"]
      let first = try await coordinator.create(labelled, asking: PlacementConstraints(groups: ["web"]))
      _ = try await coordinator.ended(first.operation)
      _ = try await coordinator.ended(try await coordinator.create(.sample("db-1"), start: true).operation)
      #expect(try await names(coordinator, .init()) == ["db-1", "web-1"])
      #expect(try await names(coordinator, .with { $0.group = "web" }) == ["web-1"])
      #expect(try await names(coordinator, .with { $0.group = "we" }).isEmpty)
      #expect(try await names(coordinator, .with { $0.state = "running" }) == ["db-1"])
      #expect(try await names(coordinator, .with { $0.labels = ["role"] }) == ["web-1"])
      #expect(try await names(coordinator, .with { $0.labels = ["role=web"] }) == ["web-1"])
      #expect(try await names(coordinator, .with { $0.labels = ["role=web", "role=db"] }).isEmpty)
      #expect(try await names(coordinator, .with { $0.managed = "no" }).isEmpty)
      let refusal = await #expect(throws: FleetError.self) {
        try await names(coordinator, .with { $0.state = "sleepy" })
      }
      #expect(refusal?.code == .invalid)
      await agent.disconnect()
    }
  }

  @Test("operations by VM, at most so many, and each by the beginning of its id")
  func operations() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.host("h1")
      try await agent.connect()
      try await coordinator.waitUntilReady("h1")
      let made = try await coordinator.create(.sample("web-1"), start: true)
      _ = try await coordinator.ended(made.operation)
      _ = try await coordinator.ended(try await coordinator.create(.sample("db-1")).operation)
      func list(_ request: Roost_V1_ListOperationsRequest) async throws -> [String] {
        try await coordinator.local { try await Roost_V1_Operations.Client(wrapping: $0).list(request) }
          .operations.map(\.vm)
      }
      func get(_ id: String) async throws -> String {
        try await coordinator.local { client in
          try await Roost_V1_Operations.Client(wrapping: client).get(.with { $0.id = id }).operation.id
        }
      }
      #expect(try await list(.with { $0.vm = "web-1" }) == ["web-1"])
      #expect(try await list(.with { $0.vm = made.vm.id }) == ["web-1"])
      #expect(try await list(.with { $0.vm = "web" }).isEmpty)
      #expect(try await list(.with { $0.limit = 1 }) == ["db-1"])
      let ids = try await coordinator.stored { try $0.operations(unfinished: false, limit: 9).map(\.id.description) }
      for id in ids {
        #expect(try await get(id) == id)
        #expect(try await get(String(id.dropLast(1)).uppercased()) == id)
      }
      let shared = zip(ids[0], ids[1]).prefix { $0 == $1 }.count
      #expect(try await get(String(ids[0].prefix(max(4, shared + 1)))) == ids[0])
      for (wrong, code) in [
        ("abc", FleetError.Code.invalid), ("web-1", .invalid), ("ffffffff-", .notFound), ("", .invalid),
        ("%%%%", .invalid),
      ] {
        let refusal = await #expect(throws: FleetError.self) { try await get(wrong) }
        #expect(refusal?.code == code, "\(wrong)")
      }
      await agent.disconnect()
    }
  }

  @Test("events by VM, host and time")
  func events() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.host("h1")
      try await agent.connect()
      try await coordinator.waitUntilReady("h1")
      _ = try await coordinator.token(named: "h2")
      let middle = coordinator.clock.now()
      coordinator.clock.advance(seconds: 3)
      _ = try await coordinator.ended(try await coordinator.create(.sample("web-1")).operation)
      let all = try await events(coordinator)
      let ofVM = try await events(coordinator, vm: "web-1")
      #expect(!ofVM.isEmpty && ofVM.allSatisfy { $0.subject == "web-1" })
      #expect(try await events(coordinator, vm: "web").isEmpty)
      let ofHost = try await events(coordinator, host: "h2")
      #expect(ofHost.map(\.kind) == ["token.created"])
      #expect(ofHost.map(\.oldestKept) == [1])
      let before = try await events(coordinator, until: middle.milliseconds + 1)
      let after = try await events(coordinator, from: middle.milliseconds + 1)
      #expect(!before.isEmpty && !after.isEmpty && before.count + after.count == all.count)
      await agent.disconnect()
    }
  }
}
