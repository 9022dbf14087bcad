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

@Suite("Repeated requests")
struct RepeatedRequestTests {
  private typealias Call<Request, Response> = @Sendable (TestTransports.Client, Request) async throws -> Response

  /// Sends a request twice, and then another under the same id. The first answer comes twice, the other body is a
  /// conflict, and the second and third copy change nothing.
  private func check<Request: SwiftProtobuf.Message, Response: SwiftProtobuf.Message & Equatable>(
    _ coordinator: TestCoordinator, _ request: Request, other: Request, _ call: Call<Request, Response>
  ) async throws {
    let first = try await coordinator.local { try await call($0, request) }
    let before = try await coordinator.lastEvent()
    let second = try await coordinator.local { try await call($0, request) }
    #expect(second == first)
    let error = await #expect(throws: FleetError.self) { try await coordinator.local { try await call($0, other) } }
    #expect(error?.code == .conflict && error?.message.contains("used for another request") == true)
    #expect(try await coordinator.lastEvent() == before)
  }

  /// Sends a request twice; the second is refused, since what it made is a secret.
  private func checkSecret<Request: SwiftProtobuf.Message, Response: SwiftProtobuf.Message>(
    _ coordinator: TestCoordinator, _ request: Request, other: Request, hint: String, _ call: Call<Request, Response>
  ) async throws {
    _ = try await coordinator.local { try await call($0, request) }
    let before = try await coordinator.lastEvent()
    let again = await #expect(throws: FleetError.self) { try await coordinator.local { try await call($0, request) } }
    #expect(again?.code == .conflict && again?.message.contains("was shown once") == true)
    #expect(again?.hint.contains(hint) == true)
    let error = await #expect(throws: FleetError.self) { try await coordinator.local { try await call($0, other) } }
    #expect(error?.code == .conflict && error?.message.contains("used for another request") == true)
    #expect(try await coordinator.lastEvent() == before)
  }

  private func id(_ coordinator: TestCoordinator) -> String { RequestID(from: coordinator.random).description }

  @Test("a cordon is answered as it was, also after it was lifted by another request")
  func cordon() async throws {
    try await TestCoordinator.with { coordinator in
      _ = try await coordinator.host("h1")
      let call: Call<Roost_V1_SetCordonRequest, Roost_V1_HostResponse> = {
        try await Roost_V1_Hosts.Client(wrapping: $0).setCordon($1)
      }
      var request = Roost_V1_SetCordonRequest()
      (request.requestID, request.host, request.cordoned) = (id(coordinator), "h1", true)
      var other = request
      other.cordoned = false
      try await check(coordinator, request, other: other, call)
      let (cordon, lift) = (request, other.with(id: id(coordinator)))
      _ = try await coordinator.local { try await call($0, lift) }
      _ = try await coordinator.local { try await call($0, cordon) }
      #expect(try await coordinator.stored { try $0.hosts().map(\.cordoned) } == [false])
    }
  }

  @Test("a host that is removed is answered with, though it is gone")
  func remove() async throws {
    try await TestCoordinator.with { coordinator in
      for name in ["h1", "h2"] { _ = try await coordinator.host(name) }
      var request = Roost_V1_RemoveHostRequest()
      (request.requestID, request.host) = (id(coordinator), "h1")
      var other = request
      other.host = "h2"
      try await check(coordinator, request, other: other) { try await Roost_V1_Hosts.Client(wrapping: $0).remove($1) }
      #expect(try await coordinator.stored { try $0.hosts().map(\.name) } == ["h2"])
    }
  }

  @Test("images are made, taken and deleted once")
  func images() async throws {
    try await TestCoordinator.with { coordinator in
      var create = Roost_V1_CreateImageRequest()
      (create.requestID, create.name, create.format, create.sizeBytes) = (id(coordinator), "blank", "qcow2", 1 << 20)
      var other = create
      other.name = "other"
      try await check(coordinator, create, other: other) { try await Roost_V1_Images.Client(wrapping: $0).create($1) }

      let bytes = Data(repeating: 7, count: 1 << 20)
      var begin = Roost_V1_ImportImageBegin()
      (begin.requestID, begin.name, begin.fileBytes) = (id(coordinator), "taken", UInt64(bytes.count))
      var elsewhere = begin
      elsewhere.name = "elsewhere"
      try await check(coordinator, begin, other: elsewhere) { client, begin in
        try await Roost_V1_Images.Client(wrapping: client).importImage { writer in
          try await writer.write(.with { $0.begin = begin })
          for start in stride(from: 0, to: bytes.count, by: 1 << 16) {
            try await writer.write(.with { $0.data = bytes[start..<start + 1 << 16] })
          }
        }
      }
      #expect(try await coordinator.stored { try $0.images().map(\.name) }.sorted() == ["blank", "taken"])

      var delete = Roost_V1_DeleteImageRequest()
      (delete.requestID, delete.name) = (id(coordinator), "blank")
      var another = delete
      another.name = "taken"
      try await check(coordinator, delete, other: another) { try await Roost_V1_Images.Client(wrapping: $0).delete($1) }
      let files = try FileManager.default.contentsOfDirectory(atPath: coordinator.directory.images)
      #expect(files == (try await coordinator.stored { try $0.images().map(\.id.description) }) && files.count == 1)
    }
  }

  @Test("of many copies of a request at a time one is carried out; all get its answer")
  func crowd() async throws {
    try await TestCoordinator.with { coordinator in
      var create = Roost_V1_CreateImageRequest()
      (create.requestID, create.name, create.format, create.sizeBytes) = (id(coordinator), "blank", "raw", 1 << 20)
      let request = create
      let answers = try await coordinator.local { client in
        try await withThrowingTaskGroup(of: Roost_V1_ImageResponse.self) { group in
          for _ in 0..<8 {
            group.addTask { try await Roost_V1_Images.Client(wrapping: client).create(request) }
          }
          return try await group.reduce(into: []) { $0.append($1) }
        }
      }
      #expect(Set(answers.map(\.image.id)).count == 1)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: coordinator.directory.images) == [answers[0].image.id])
    }
  }

  /// The start of a host's network.
  private func networkStart(_ coordinator: TestCoordinator) -> Roost_V1_SetNetworkRequest {
    .with {
      ($0.requestID, $0.host, $0.name, $0.active) = (id(coordinator), "h1", "default", true)
    }
  }

  @Test("a network start with a lost answer is asked again: one operation, told once")
  func network() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try #require(try await coordinator.hosts("h1")["h1"])
      await agent.answer { _ in .silence }
      let request = networkStart(coordinator)
      let call: Call<Roost_V1_SetNetworkRequest, Roost_V1_OperationResponse> = {
        try await Roost_V1_Hosts.Client(wrapping: $0).setNetwork($1)
      }
      let first = try await coordinator.local { try await call($0, request) }.operation.id
      try await eventually("the host is told") { await agent.actions.count == 1 }
      #expect(try await coordinator.local { try await call($0, request) }.operation.id == first)
      var other = request
      other.active = false
      let changed = other
      let refused = await #expect(throws: FleetError.self) {
        try await coordinator.local { try await call($0, changed) }
      }
      #expect(refused?.code == .conflict && refused?.message.contains("used for another request") == true)
      #expect(await agent.actions.count == 1)
      let action = try #require(await agent.actions.first)
      await agent.answer(late: ActionResult(id: action.id, failure: nil, domain: nil))
      try await eventually("it ends") {
        try await coordinator.stored { try $0.operations(unfinished: true, limit: 10) }.isEmpty
      }
      // Neither a coordinator that begins anew nor a host that is away makes another of it.
      await agent.disconnect()
      try await coordinator.restart()
      let again = try await coordinator.local { try await call($0, request) }.operation
      #expect(again.id == first && again.state == "done")
      #expect(
        try await coordinator.stored { try $0.operations(unfinished: false, limit: 10).map(\.kind) } == [.networkStart])
      #expect(await agent.actions.count == 1)
    }
  }

  @Test("of many copies of what takes turns one is carried out; all get its operation")
  func turns() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try #require(try await coordinator.hosts("h1")["h1"])
      let vm = try await coordinator.made("web-1", start: true)
      let told = await agent.actions.count
      await agent.answer { _ in .silence }
      let network = networkStart(coordinator)
      let pause = Roost_V1_ChangePowerRequest.with {
        ($0.requestID, $0.vm, $0.verb) = (id(coordinator), vm.name, "pause")
      }
      let delete = Roost_V1_DeleteVMRequest.with { ($0.requestID, $0.vm) = (id(coordinator), "nobody") }
      func crowd(_ body: @escaping @Sendable (TestTransports.Client) async throws -> String) async throws -> Set<String>
      {
        try await coordinator.local { client in
          try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 { group.addTask { try await body(client) } }
            return try await group.reduce(into: []) { $0.insert($1) }
          }
        }
      }
      let stops = try await crowd { try await Roost_V1_Hosts.Client(wrapping: $0).setNetwork(network).operation.id }
      let pauses = try await crowd { try await Roost_V1_VMs.Client(wrapping: $0).changePower(pause).operation.id }
      #expect(stops.count == 1 && pauses.count == 1)
      // Whoever is refused leaves the turn to the next.
      await #expect(throws: FleetError.self) {
        try await crowd { try await Roost_V1_VMs.Client(wrapping: $0).delete(delete).operation.id }
      }
      try await eventually("the host is told of both") { await agent.actions.count == told + 2 }
      #expect(try await coordinator.stored { try $0.operations(unfinished: true, limit: 10).count } == 2)
      await agent.disconnect()
    }
  }

  @Test("a token's secret is shown once: the repetition says so, and how to make another")
  func token() async throws {
    try await TestCoordinator.with { coordinator in
      var request = Roost_V1_CreateTokenRequest()
      (request.requestID, request.name) = (id(coordinator), "h1")
      var other = request
      other.name = "h2"
      try await checkSecret(coordinator, request, other: other, hint: "roost host token create") {
        try await Roost_V1_Hosts.Client(wrapping: $0).createToken($1)
      }
    }
  }

  @Test("a person's key is shown once, and neither it nor a token is in the store")
  func key() async throws {
    try await TestCoordinator.with { coordinator in
      var request = Roost_V1_CreateOperatorRequest()
      (request.requestID, request.name) = (id(coordinator), "ada")
      var other = request
      other.name = "bob"
      try await checkSecret(coordinator, request, other: other, hint: "roost user renew ada") {
        try await Roost_V1_Administration.Client(wrapping: $0).createOperator($1)
      }
      let id = try #require(RequestID(request.requestID))
      let kept = try await coordinator.stored { try $0.request(id) }
      #expect(kept != nil && kept?.answer.isEmpty == true)
    }
  }

  @Test("a write without a request id is refused")
  func missing() async throws {
    try await TestCoordinator.with { coordinator in
      let error = await #expect(throws: FleetError.self) {
        try await coordinator.local { try await Roost_V1_Hosts.Client(wrapping: $0).createToken(.init()) }
      }
      #expect(error?.code == .invalid && error?.message.contains("request id") == true)
    }
  }
}

extension Roost_V1_SetCordonRequest {
  fileprivate func with(id: String) -> Self {
    var copy = self
    copy.requestID = id
    return copy
  }
}
