import Fleet
import FleetTestKit
import Foundation
import PKI
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("A host that is cut off, and one identity on two machines")
struct HostRevocationTests {
  @Test("a revoked host is out within a second, keeps its VMs, and returns by a new token")
  func revoked() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      _ = try await coordinator.made("a")
      let start = ContinuousClock.now
      let reply = try await coordinator.revoke("h1")
      #expect(reply.certificates == 1 && reply.calls == 1)
      try await eventually("the stream has ended", within: .seconds(5)) { await agent.openConnections == 0 }
      let cut = start.duration(to: .now)
      print("from revoke to cut: \(cut)")
      #expect(cut < .seconds(5))
      #expect(try await coordinator.hostState("h1") == "revoked")
      let vm = try await coordinator.vm("a")
      #expect(vm.certainty == "unknown")
      let refusal = await #expect(throws: FleetError.self) {
        try await coordinator.call(coordinator.transports.link(agent.credentials)) { client in
          try await Roost_V1_AgentLink.Client(wrapping: client).renew(.init())
        }
      }
      #expect(refusal?.code == .denied && refusal?.message.contains("revoked") == true)
      try await coordinator.restart()
      #expect(try await coordinator.hostState("h1") == "revoked")
      let back = try await coordinator.host("h1", rejoin: true)
      #expect(back.id == agent.id)
      try await back.connect()
      try await coordinator.waitUntilReady("h1")
      await back.disconnect()
    }
  }

  @Test("a host cut off after the backup put back is shown as revoked, no other is")
  func survivesRestore() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1", "h2", "h3")
      try await coordinator.backup(to: coordinator.backupPath)
      try await coordinator.revoke("h1")
      try await eventually("the list beside ca.crt names it") {
        try !RevocationList(pem: String(contentsOfFile: coordinator.directory.revocations, encoding: .utf8)).entries
          .isEmpty
      }
      for agent in agents.values { await agent.disconnect() }
      await coordinator.stop()
      _ = try await DatabaseRestorer(
        directory: coordinator.directory, clock: coordinator.clock, random: coordinator.random
      )
      .restore(coordinator.backupPath, movesAside: true)
      try await coordinator.start()
      #expect(try await coordinator.hostState("h1") == "revoked")
      #expect(try await coordinator.hostState("h2") == "unreachable")
      #expect(
        try await coordinator.stored { try $0.hosts() }.allSatisfy { $0.revokedAt == nil }, "the rows are the backup's")
      try await agents["h1"]?.connect()
      try await eventually("it is refused") { await agents["h1"]?.openConnections == 0 }
      #expect(try await coordinator.hostState("h1") == "revoked")
      // It comes back by a new token, and is silent after that like any other.
      let back = try await coordinator.host("h1", rejoin: true)
      try await back.connect()
      try await coordinator.waitUntilReady("h1")
      await back.disconnect()
      try await eventually("it is silent") { try await coordinator.hostState("h1") == "unreachable" }
    }
  }

  @Test("a host is revoked while the fleet settles")
  func whileSettling() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.host("h1")
      _ = try await coordinator.host("h2")
      let old = HighWaterMarks(epoch: 40, incarnation: "another", macCursor: 0)
      await agent.remember(old, mark: try coordinator.signed(old, for: agent.id))
      try await agent.connect()
      try await eventually("it settles") { try await coordinator.settling().settling }
      try await coordinator.revoke("h1")
      try await eventually("the stream has ended") { await agent.openConnections == 0 }
      #expect(try await coordinator.hostState("h1") == "revoked")
      // A host that is only off is waited for as well, and no other word is said of it.
      try await coordinator.revoke("h2")
      let waits = try await coordinator.settling()
      #expect(waits.waiting.contains("h2") && waits.revoked == waits.waiting)
      for host in waits.revoked { try await coordinator.disregard(host) }
      try await eventually("it is settled") { try await !coordinator.settling().settling }
    }
  }

  @Test("an agent on another machine is refused, both are named, and the host goes on")
  func otherMachine() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      let thief = FakeAgent(
        id: agent.id, facts: .sample("thief"), credentials: agent.credentials, transports: coordinator.transports,
        script: { _ in .obey })
      try await thief.connect()
      try await eventually("the thief is out") { await thief.openConnections == 0 }
      let event = try #require(try await coordinator.history(of: "host.identity-conflict").first)
      #expect(event.subject == "h1" && event.message.contains("machine-of-thief"))
      #expect(event.message.contains("machine-of-h1") && event.message.contains("refused"))
      _ = try await coordinator.made("a")
      #expect(await thief.actions.isEmpty)
      await agent.disconnect()
    }
  }

  @Test("a copied host disk that says the same machine is refused while the host speaks")
  func copy() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      let copy = FakeAgent(
        id: agent.id, facts: .sample("h1"), credentials: agent.credentials, transports: coordinator.transports,
        script: { _ in .obey })
      await copy.move(to: "machine-of-h1", boot: "another-boot")
      try await copy.connect()
      try await eventually("the copy is out") { await copy.openConnections == 0 }
      #expect(try await coordinator.history(of: "host.identity-conflict").count == 1)
      #expect(try await coordinator.hostState("h1") == "ready")
      // The same agent started anew takes its own place, and one on a machine that starts again comes when it is gone.
      try await agent.reconnect()
      try await coordinator.waitUntilReady("h1")
      await agent.disconnect()
      try await eventually("h1 is gone") { try await coordinator.hostState("h1") == "unreachable" }
      try await copy.connect()
      try await coordinator.waitUntilReady("h1")
      await copy.disconnect()
    }
  }

  @Test("a hello that is refused does not end the session of the agent that speaks")
  func brokenHello() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.host("h1")
      try await agent.connect()
      try await coordinator.waitUntilReady("h1")
      let broken = FakeAgent(
        id: agent.id, facts: .sample("h1"), credentials: agent.credentials, transports: coordinator.transports,
        script: { _ in .obey })
      await broken.move(to: "machine-of-h1", boot: HostFacts.sample("h1").bootID)
      await broken.see { $0.bridges = Array(repeating: "br0", count: 100_000) }
      try await broken.connect()
      try await eventually("it is out") { await broken.openConnections == 0 }
      #expect(try await coordinator.hostState("h1") == "ready")
      #expect(await agent.openConnections == 1)
      await agent.disconnect()
    }
  }

  @Test("the certificates that a host had before are revoked when it comes with a new one")
  func renewed() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      let key = try PrivateKey.generate()
      let request = try CertificateRequest.create(key: key, commonName: "h1")
      let reply = try await coordinator.call(coordinator.transports.link(agent.credentials)) { client in
        try await Roost_V1_AgentLink.Client(wrapping: client).renew(.with { $0.certificateRequestPem = request.pem })
      }
      let renewed = FakeAgent(
        id: agent.id, facts: .sample("h1"),
        credentials: ClientCredentials(certificatePEM: reply.certificatePem, keyPEM: try key.pem()),
        transports: coordinator.transports,
        script: { _ in .obey })
      try await renewed.connect()
      try await eventually("the old one is out") { await agent.openConnections == 0 }
      try await coordinator.waitUntilReady("h1")
      let valid = try await coordinator.stored { reader in
        try reader.certificates(of: agent.id.description).filter { $0.revokedAt == nil }.count
      }
      #expect(valid == 1)
      await renewed.disconnect()
    }
  }

  @Test("a host asks for certificates so often and no more")
  func renewals() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      let pem = try CertificateRequest.create(key: .generate(), commonName: "h1").pem
      var codes: [FleetError.Code] = []
      for _ in 0..<8 {
        do {
          _ = try await coordinator.call(coordinator.transports.link(agent.credentials)) { client in
            try await Roost_V1_AgentLink.Client(wrapping: client).renew(.with { $0.certificateRequestPem = pem })
          }
        } catch let error as FleetError {
          codes.append(error.code)
        }
      }
      #expect(codes == [.exhausted, .exhausted, .exhausted, .exhausted])
      await agent.disconnect()
    }
  }
}
