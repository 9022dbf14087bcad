import Fleet
import FleetTestKit
import Foundation
import GRPCCore
import PKI
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("Who is on record")
struct SecurityRecordTests {
  private func events(_ coordinator: TestCoordinator, _ kind: String) async throws -> [FleetEvent] {
    try await coordinator.stored { try $0.events(since: 0, limit: 10_000).filter { $0.kind == kind } }
  }

  @Test("every change names the person, socket user, host or token that made it")
  func actors() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      let ada = try await coordinator.person("ada")
      _ = try await coordinator.call(coordinator.transports.link(ada)) { client in
        try await Roost_V1_Hosts.Client(wrapping: client).setCordon(
          .with {
            $0.requestID = RequestID(from: coordinator.random).description
            $0.host = "h1"
            $0.cordoned = true
          })
      }
      #expect(try await events(coordinator, "user.created").map(\.actor) == ["uid:\(getuid())"])
      #expect(try await events(coordinator, "host.cordoned").map(\.actor) == ["user:ada"])
      #expect(try await events(coordinator, "host.connected").map(\.actor) == ["host:h1"])
      #expect(try await events(coordinator, "coordinator.started").map(\.actor) == ["coordinator"])
      let token = try #require(try await coordinator.stored { try $0.tokens().first })
      #expect(try await events(coordinator, "host.joined").map(\.actor) == ["token:\(token.id)"])
      #expect(token.actor == "uid:\(getuid())")
      await agent.disconnect()
    }
  }

  @Test("an operation and its end name whoever asked for it, also after a restart")
  func operations() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      _ = try await coordinator.made("web-1")
      try await coordinator.restart()
      let operations = try await coordinator.stored { try $0.operations(unfinished: false, limit: 10) }
      #expect(!operations.isEmpty && operations.allSatisfy { $0.actor == "uid:\(getuid())" })
      #expect(try await events(coordinator, "operation.done").allSatisfy { $0.actor == "uid:\(getuid())" })
      await agent.disconnect()
    }
  }

  @Test("nobody over the local socket passes for another user")
  func forgedUser() async throws {
    try await TestCoordinator.with { coordinator in
      _ = try await coordinator.local { client in
        try await Roost_V1_Hosts.Client(wrapping: client).createToken(
          request: ClientRequest(
            message: .with { $0.requestID = RequestID(from: coordinator.random).description },
            metadata: ["roost-peer-uid": "4711"]))
      }
      #expect(try await events(coordinator, "token.created").map(\.actor) == ["uid:\(getuid())"])
    }
  }

  @Test("refused calls, certificates and tokens are recorded with who and from where")
  func refusals() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.host("h1")
      let delete = Roost_V1_VMs.Method.Delete.descriptor
      try await withGRPCClient(transport: coordinator.transports.link(agent.credentials)) { client in
        for _ in 1...12 { _ = try await RawCall.failure(of: delete, client) }
      }
      let denied = try await events(coordinator, "security.denied")
      #expect(denied.count == RefusalLimit.burst, "one that knocks on and on is not written down each time")
      #expect(denied.first?.actor == "host:h1")
      #expect(denied.first?.message.contains("127.0.0.1") == true)
      #expect(denied.first?.message.contains("VMs/Delete") == true)

      var wrong = try await coordinator.token()
      wrong.secret[0] ^= 1
      let request = try Roost_V1_JoinRequest.sample(wrong, key: .generate(), machine: "m9")
      await #expect(throws: FleetError.self) { try await coordinator.join(request) }
      #expect(try await events(coordinator, "security.join").map(\.actor) == ["address:127.0.0.1"])

      let ada = try await coordinator.person("ada")
      _ = try await coordinator.revoke(user: "ada")
      let refusal = await #expect(throws: FleetError.self) {
        try await coordinator.call(coordinator.transports.link(ada)) {
          try await Roost_V1_VMs.Client(wrapping: $0).list(.init())
        }
      }
      #expect(refusal?.code == .denied)
      #expect(try await events(coordinator, "security.revoked").map(\.actor) == ["user:ada"])
      let audit = try await coordinator.stored { try $0.audit(since: 0, limit: 1000).map(\.kind) }
      #expect(Set(audit).isSuperset(of: ["security.denied", "security.join", "security.revoked", "user.revoked"]))
    }
  }

  @Test("of many who are refused each is heard, and all together fill no disk")
  func limits() {
    let limit = RefusalLimit()
    let now = Timestamp.sample
    #expect((0..<9).map { _ in limit.take("address:10.0.0.1", now: now) } == [0, 0, 0, 0, 0, nil, nil, nil, nil])
    #expect(limit.take("address:10.0.0.2", now: now) == 0)
    #expect(limit.take("address:10.0.0.1", now: now.adding(seconds: 60)) == 4)
    let written = (0..<5000).count { limit.take("address:\($0)", now: now.adding(seconds: 60)) != nil }
    #expect(written <= RefusalLimit.burstOfAll)
  }

  @Test(
    "an address is told without its port",
    arguments: [
      ("ipv4:10.0.0.7:4711", "10.0.0.7"), ("ipv6:[fe80::1]:4711", "fe80::1"), ("unix:/x", "the local socket"),
    ])
  func addresses(peer: String, host: String) {
    #expect(PeerAddress.host(of: peer) == host)
  }
}
