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

@Suite("The fleet's authority is replaced")
struct AuthorityRotationTests {
  private func rotate(
    _ coordinator: TestCoordinator, finish: Bool = false, force: Bool = false, id: RequestID? = nil
  ) async throws -> Roost_V1_AuthoritiesResponse {
    try await coordinator.local { client in
      try await Roost_V1_Certificates.Client(wrapping: client).rotateAuthority(
        .with {
          $0.requestID = (id ?? RequestID(from: coordinator.random)).description
          $0.finish = finish
          $0.force = force
        })
    }
  }

  private func show(_ coordinator: TestCoordinator) async throws -> Roost_V1_AuthoritiesResponse {
    try await coordinator.local { try await Roost_V1_Certificates.Client(wrapping: $0).showAuthorities(.init()) }
  }

  private func renewed(_ agent: FakeAgent, _ coordinator: TestCoordinator, over transports: TestTransports? = nil)
    async throws -> ClientCredentials
  {
    let key = try PrivateKey.generate()
    let request = try CertificateRequest.create(key: key, commonName: "h")
    let reply = try await coordinator.call((transports ?? coordinator.transports).link(agent.credentials)) {
      try await Roost_V1_AgentLink.Client(wrapping: $0).renew(.with { $0.certificateRequestPem = request.pem })
    }
    return ClientCredentials(certificatePEM: reply.certificatePem, keyPEM: try key.pem())
  }

  /// An operator's credentials that whoever has an authority's key made for themselves.
  private func stolen(_ authority: CertificateAuthority, _ coordinator: TestCoordinator) throws -> ClientCredentials {
    let key = try PrivateKey.generate()
    let identity = try FleetIdentity(fleetID: coordinator.fleet.id.description, role: .operator, id: "mallory")
    let certificate = try authority.issue(
      CertificateRequest.create(key: key, commonName: "mallory"), profile: CertificateProfile(identity: identity),
      now: coordinator.clock.now().seconds, lifetimeSeconds: 86_400)
    return ClientCredentials(certificatePEM: certificate.pem, keyPEM: try key.pem())
  }

  private func isLetIn(_ credentials: ClientCredentials, _ transports: TestTransports, _ coordinator: TestCoordinator)
    async -> Bool
  {
    do {
      _ = try await coordinator.call(transports.link(credentials)) { client in
        var options = CallOptions.defaults
        options.timeout = .seconds(5)
        return try await Roost_V1_VMs.Client(wrapping: client).list(.init(), options: options)
      }
      return true
    } catch {
      return false
    }
  }

  @Test("both are trusted to the end; then the old certificates and tokens are worthless")
  func whole() async throws {
    try await TestCoordinator.with { coordinator in
      let (agent, ada) = (try await coordinator.host("h1"), try await coordinator.person("ada"))
      let before = try coordinator.directory.authorities().pair.present
      let token = try await coordinator.token(named: "h2")
      let begun = try await rotate(coordinator)
      #expect(begun.authorities.map(\.state) == ["present", "successor"])
      #expect(begun.hostsLeft == ["h1"] && begun.usersLeft == ["ada"])
      let after = try #require(coordinator.directory.authorities().pair.successor)
      let transports = coordinator.transports.trusting(before.certificate.pem + after.certificate.pem)

      let refusal = await #expect(throws: FleetError.self) { try await rotate(coordinator, finish: true) }
      #expect(refusal?.code == .precondition && refusal?.message.contains("h1") == true)
      #expect(await isLetIn(ada, transports, coordinator))
      let credentials = try await renewed(agent, coordinator)
      try Certificate(pem: credentials.certificatePEM).verify(issuedBy: after.certificate)
      let bob = try await coordinator.person("bob")
      #expect(await isLetIn(bob, transports, coordinator))
      let left = try await show(coordinator)
      #expect(left.hostsLeft.isEmpty && left.usersLeft == ["ada"])

      let end = try await rotate(coordinator, finish: true)
      #expect(end.authorities.map(\.fingerprint) == [after.certificate.fingerprint.hex] && end.usersLeft == ["ada"])
      let alone = coordinator.transports.trusting(after.certificate.pem)
      #expect(await isLetIn(bob, alone, coordinator))
      let isAda = await isLetIn(ada, alone, coordinator)
      let isThief = await isLetIn(try stolen(before, coordinator), alone, coordinator)
      #expect(!isAda && !isThief)
      let join = await #expect(throws: FleetError.self) {
        try await coordinator.call(alone.enrolment()) {
          try await Roost_V1_Enrolment.Client(wrapping: $0).join(
            .sample(token, key: .generate(), machine: "m2"))
        }
      }
      #expect(join?.code == .denied || join?.code == .unreachable)
      // What is on the disk says the same, and a start goes on with it.
      #expect(!FileManager.default.fileExists(atPath: coordinator.directory.successorCertificate))
      #expect(!FileManager.default.fileExists(atPath: coordinator.directory.successorKey))
      try RevocationList(pem: String(contentsOfFile: coordinator.directory.revocations, encoding: .utf8))
        .verify(issuedBy: after.certificate)
      try await coordinator.restart()
      #expect(try await show(coordinator).authorities.map(\.fingerprint) == [after.certificate.fingerprint.hex])
      #expect(await isLetIn(bob, alone, coordinator))
      let kinds = Set(try await coordinator.stored { try $0.events(since: 0, limit: 1000).map(\.kind) })
      #expect(kinds.isSuperset(of: ["authority.rotation-begun", "authority.rotated"]))
    }
  }

  @Test("a repeated request makes one successor, and none while there is one")
  func once() async throws {
    try await TestCoordinator.with { coordinator in
      let id = RequestID(from: coordinator.random)
      let first = try await rotate(coordinator, id: id)
      let again = try await rotate(coordinator, id: id)
      #expect(first == again)
      let second = await #expect(throws: FleetError.self) { try await rotate(coordinator) }
      #expect(second?.code == .precondition && second?.hint.contains("--finish") == true)
      try await coordinator.restart()
      #expect(try await show(coordinator).authorities == first.authorities)
    }
  }

  @Test("nothing ends that was not begun, and only a local administrator begins")
  func refused() async throws {
    try await TestCoordinator.with { coordinator in
      for force in [false, true] {
        let refusal = await #expect(throws: FleetError.self) {
          try await rotate(coordinator, finish: true, force: force)
        }
        #expect(refusal?.code == .precondition)
      }
      let aimless = await #expect(throws: FleetError.self) { try await rotate(coordinator, force: true) }
      #expect(aimless?.code == .invalid)
      let ada = try await coordinator.person("ada")
      let denied = await #expect(throws: FleetError.self) {
        try await coordinator.call(coordinator.transports.link(ada)) {
          try await Roost_V1_Certificates.Client(wrapping: $0).rotateAuthority(
            .with { $0.requestID = RequestID(from: coordinator.random).description })
        }
      }
      #expect(denied?.code == .denied)
      #expect(try await show(coordinator).authorities.count == 1)
    }
  }

  @Test("whoever has the earlier key lets nobody in by it while it is being replaced")
  func unrecorded() async throws {
    try await TestCoordinator.with { coordinator in
      let before = try coordinator.directory.authorities().pair.present
      let thief = try stolen(before, coordinator)
      #expect(await isLetIn(thief, coordinator.transports, coordinator))
      _ = try await rotate(coordinator)
      #expect(await !isLetIn(thief, coordinator.transports, coordinator))
    }
  }

  @Test("a host is left behind only by force, and is named")
  func force() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.host("h1")
      _ = try await rotate(coordinator)
      let end = try await rotate(coordinator, finish: true, force: true)
      #expect(end.hostsLeft == ["h1"])
      let successor = try coordinator.directory.authorities().pair.present
      let transports = coordinator.transports.trusting(successor.certificate.pem)
      await #expect(throws: FleetError.self) { try await renewed(agent, coordinator, over: transports) }
    }
  }

  @Test("an end interrupted between its two renames is completed by the next start")
  func interrupted() async throws {
    try await TestCoordinator.with { coordinator in
      _ = try await rotate(coordinator)
      await coordinator.stop()
      let directory = coordinator.directory
      let successor = try #require(directory.authorities().pair.successor)
      #expect(rename(directory.successorCertificate, directory.authorityCertificate) == 0)
      try successor.revocationList(
        entries: [], number: 1 << 50, now: coordinator.clock.now().seconds, nextUpdate: successor.certificate.notAfter
      ).pem.write(toFile: directory.revocations, atomically: true, encoding: .utf8)
      try await coordinator.start()
      let shown = try await show(coordinator)
      #expect(shown.authorities.map(\.fingerprint) == [successor.certificate.fingerprint.hex])
      #expect(!FileManager.default.fileExists(atPath: directory.successorKey))
    }
  }

  @Test("files that do not match keep the coordinator from serving, and say which")
  func mismatched() async throws {
    try await TestCoordinator.with { coordinator in
      _ = try await rotate(coordinator)
      await coordinator.stop()
      let key = try String(contentsOfFile: coordinator.directory.successorKey, encoding: .utf8)
      try PrivateKey.generate().pem().write(
        toFile: coordinator.directory.successorKey, atomically: true, encoding: .utf8)
      let failure = await #expect(throws: FleetError.self) { try await coordinator.start() }
      #expect(failure?.code == .precondition && failure?.message.contains("ca-next.key") == true)
      try key.write(toFile: coordinator.directory.successorKey, atomically: true, encoding: .utf8)
      try await coordinator.start()
    }
  }

  @Test("the newest authority signs marks; those of the one before count until the end")
  func marks() async throws {
    try await TestCoordinator.with { coordinator in
      let authorities = try coordinator.directory.authorities()
      let host = HostID(from: coordinator.random)
      let mark = HighWaterMarks(epoch: 3, incarnation: "i", macCursor: 7)
      let seal = MarkSeal(coordinator.fleet.id) { authorities.markKeys }
      let old = try seal.sign(mark, for: host)
      authorities.begin(try authorities.pair.present.successor(now: coordinator.clock.now().seconds))
      let new = try seal.sign(mark, for: host)
      #expect(try seal.open(old, of: host) == mark && seal.open(new, of: host) == mark)
      authorities.finish()
      #expect(try seal.open(new, of: host) == mark)
      #expect(throws: FleetError.self) { try seal.open(old, of: host) }
    }
  }
}
