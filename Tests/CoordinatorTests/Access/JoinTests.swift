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

@Suite("Joining a fleet")
struct JoinTests {
  @Test("a good token is traded for a certificate that names the host, which is listed")
  func good() async throws {
    try await TestCoordinator.with { coordinator in
      let key = try PrivateKey.generate()
      let reply = try await coordinator.join(.sample(try await coordinator.token(named: "h1"), key: key, machine: "m1"))
      #expect(reply.hostName == "h1" && reply.fleetID == coordinator.fleet.id.description)
      #expect(reply.linkAddress == coordinator.fleet.linkAddress)
      let certificate = try Certificate(pem: reply.certificatePem)
      #expect(certificate.fleetIdentity?.id == reply.hostID && certificate.fleetIdentity?.role == .agent)
      #expect(key.matches(certificate))
      try certificate.verify(issuedBy: Certificate(pem: reply.authorityPem))
      #expect(
        try await coordinator.stored { try $0.certificates().filter { $0.role == "agent" }.map(\.subject) } == [
          reply.hostID
        ])
      #expect(try await coordinator.hostState("h1") == HostState.unreachable.rawValue)
    }
  }

  @Test("a host without a name in its token has its own name without the domain")
  func ownName() async throws {
    try await TestCoordinator.with { coordinator in
      let reply = try await coordinator.join(.sample(try await coordinator.token(), key: .generate(), machine: "m1"))
      #expect(reply.hostName == "m1")
    }
  }

  @Test("a token is good once")
  func usedTwice() async throws {
    try await TestCoordinator.with { coordinator in
      let token = try await coordinator.token(named: "h1")
      _ = try await coordinator.join(.sample(token, key: .generate(), machine: "m1"))
      try await expectRefusal(coordinator, .denied, "used already", certificates: 1) {
        try .sample(token, key: .generate(), machine: "m1")
      }
    }
  }

  @Test("a join with a lost answer is repeated with its token and key, to the same end")
  func repeated() async throws {
    try await TestCoordinator.with { coordinator in
      let token = try await coordinator.token(named: "h1", seconds: 600)
      let key = try PrivateKey.generate()
      let first = try await coordinator.join(.sample(token, key: key, machine: "m1"))
      let events = try await coordinator.lastEvent()
      try await coordinator.restart()
      // The request is signed anew; the key in it is the same.
      #expect(try await coordinator.join(.sample(token, key: key, machine: "m1")) == first)
      #expect(try await coordinator.stored { try $0.certificates().count { $0.role == "agent" } } == 1)
      #expect(
        try await coordinator.stored { try $0.events(since: 0, limit: 1000).count { $0.kind == "host.joined" } } == 1)
      #expect(try await coordinator.lastEvent() >= events)

      var guessed = token
      guessed.secret[0] ^= 1
      for (bad, otherKey, machine, words) in [
        (token, try PrivateKey.generate(), "m1", "used already"), (token, key, "m2", "used already"),
        (guessed, key, "m1", "not one of this fleet"),
      ] {
        try await expectRefusal(coordinator, .denied, words, certificates: 1) {
          try .sample(bad, key: otherKey, machine: machine)
        }
      }
      coordinator.clock.advance(seconds: 600)
      try await expectRefusal(coordinator, .denied, "used already", certificates: 1) {
        try .sample(token, key: key, machine: "m1")
      }
    }
  }

  @Test("a used token says which one to make, and never brings back a replaced host")
  func repeatedTooLate() async throws {
    try await TestCoordinator.with { coordinator in
      let token = try await coordinator.token()
      let key = try PrivateKey.generate()
      _ = try await coordinator.join(.sample(token, key: key, machine: "m1"))
      _ = try await coordinator.join(
        .sample(try await coordinator.token(named: "m1", rejoin: true), key: .generate(), machine: "m1"))
      let refusal = await #expect(throws: FleetError.self) {
        try await coordinator.join(.sample(token, key: key, machine: "m1"))
      }
      #expect(refusal?.code == .denied && refusal?.hint == "make one: roost host token create --name m1 --rejoin")
      let id = RequestID(from: coordinator.random)
      _ = try await coordinator.local { client in
        try await Roost_V1_Hosts.Client(wrapping: client).remove(
          .with {
            $0.requestID = id.description
            $0.host = "m1"
          })
      }
      try await expectRefusal(coordinator, .denied, "used already", certificates: 2) {
        try .sample(token, key: key, machine: "m1")
      }
    }
  }

  @Test("an expired token is refused")
  func expired() async throws {
    try await TestCoordinator.with { coordinator in
      let token = try await coordinator.token(named: "h1", seconds: 60)
      coordinator.clock.advance(seconds: 60)
      try await expectRefusal(coordinator, .denied, "expired") { try .sample(token, key: .generate(), machine: "m1") }
    }
  }

  @Test("an altered token and one that nobody made are refused in the same words")
  func altered() async throws {
    try await TestCoordinator.with { coordinator in
      let token = try await coordinator.token(named: "h1")
      var altered = token
      altered.secret[31] ^= 1
      var unknown = token
      unknown.id = TokenID(from: coordinator.random)
      for bad in [altered, unknown] {
        try await expectRefusal(coordinator, .denied, "the token is not one of this fleet") {
          try .sample(bad, key: .generate(), machine: "m1")
        }
      }
      // A wrong guess does not use the token up.
      _ = try await coordinator.join(.sample(token, key: .generate(), machine: "m1"))
    }
  }

  @Test("another machine's name is refused, and so is a second name for one machine")
  func nameTaken() async throws {
    try await TestCoordinator.with { coordinator in
      _ = try await coordinator.join(.sample(try await coordinator.token(named: "h1"), key: .generate(), machine: "m1"))
      let same = try await coordinator.token(named: "h1", rejoin: true)
      try await expectRefusal(coordinator, .conflict, "another host is named \"h1\" already", certificates: 1) {
        try .sample(same, key: .generate(), machine: "m2")
      }
      let other = try await coordinator.token(named: "h2")
      try await expectRefusal(coordinator, .conflict, "in the fleet already, as host \"h1\"", certificates: 1) {
        try .sample(other, key: .generate(), machine: "m1")
      }
    }
  }

  @Test("a host that another machine claims to have been keeps its name and certificate")
  func stolenIdentity() async throws {
    try await TestCoordinator.with { coordinator in
      let first = try await coordinator.join(
        .sample(try await coordinator.token(named: "h1"), key: .generate(), machine: "m1"))
      let token = try await coordinator.token(named: "h2")
      try await expectRefusal(coordinator, .denied, "has the certificate of the host \"h1\"", certificates: 1) {
        try .sample(token, key: .generate(), machine: "m2", host: first.hostID)
      }
    }
  }

  @Test("a certificate request that is none leaves the token unused")
  func garbage() async throws {
    try await TestCoordinator.with { coordinator in
      let token = try await coordinator.token(named: "h1")
      let good = try Roost_V1_JoinRequest.sample(token, key: .generate(), machine: "m1")
      for pem in ["", "garbage", good.certificateRequestPem.replacing("A", with: "B")] {
        var bad = good
        bad.certificateRequestPem = pem
        let request = bad
        try await expectRefusal(coordinator, .invalid, "certificate request") { request }
      }
      #expect(try await coordinator.join(good).hostName == "h1")
    }
  }

  @Test("a machine that joins again keeps its host id")
  func rejoin() async throws {
    try await TestCoordinator.with { coordinator in
      let first = try await coordinator.join(
        .sample(try await coordinator.token(named: "h1"), key: .generate(), machine: "m1"))
      let second = try await coordinator.join(
        .sample(try await coordinator.token(named: "h1", rejoin: true), key: .generate(), machine: "m1"))
      #expect(second.hostID == first.hostID && second.certificatePem != first.certificatePem)
    }
  }

  @Test("a host renews its certificate over the link, for a new key, and connects with it")
  func renewal() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      let key = try PrivateKey.generate()
      let request = try CertificateRequest.create(key: key, commonName: "h1")
      let reply = try await coordinator.call(coordinator.transports.link(agent.credentials)) { client in
        try await Roost_V1_AgentLink.Client(wrapping: client).renew(
          .with { $0.certificateRequestPem = request.pem })
      }
      let certificate = try Certificate(pem: reply.certificatePem)
      #expect(certificate.fleetIdentity?.id == agent.id.description && key.matches(certificate))
      let credentials = ClientCredentials(certificatePEM: reply.certificatePem, keyPEM: try key.pem())
      let renewed = FakeAgent(
        id: agent.id, facts: .sample("h1"), credentials: credentials, transports: coordinator.transports,
        script: { _ in .obey })
      await agent.disconnect()
      try await eventually("h1 is gone") { try await coordinator.hostState("h1") == HostState.unreachable.rawValue }
      try await renewed.connect()
      try await coordinator.waitUntilReady("h1")
      await renewed.disconnect()
    }
  }

  @Test("a removed host's certificate is refused from then on, its connection cut")
  func removed() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      _ = try await coordinator.local { client in
        try await Roost_V1_Hosts.Client(wrapping: client).remove(
          .with {
            $0.requestID = RequestID(from: coordinator.random).description
            $0.host = "h1"
          })
      }
      let error = await #expect(throws: FleetError.self) {
        try await coordinator.call(coordinator.transports.link(agent.credentials)) { client in
          try await Roost_V1_AgentLink.Client(wrapping: client).renew(.init())
        }
      }
      #expect(error?.code == .denied && error?.message.contains("revoked") == true)
      try await eventually("the stream has ended") { await agent.openConnections == 0 }
    }
  }

  private func expectRefusal(
    _ coordinator: TestCoordinator, _ code: FleetError.Code, _ words: String, certificates: Int = 0,
    sourceLocation: SourceLocation = #_sourceLocation, _ request: () throws -> Roost_V1_JoinRequest
  ) async throws {
    let asked = try request()
    let before = try await coordinator.lastEvent()
    let error = await #expect(throws: FleetError.self, sourceLocation: sourceLocation) {
      try await coordinator.join(asked)
    }
    #expect(error?.code == code, sourceLocation: sourceLocation)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")", sourceLocation: sourceLocation)
    let count = try await coordinator.stored { try $0.certificates().count { $0.role == "agent" } }
    #expect(count == certificates, sourceLocation: sourceLocation)
    #expect(try await coordinator.lastEvent() == before, sourceLocation: sourceLocation)
  }
}
