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
    _ rig: Rig, finish: Bool = false, force: Bool = false, id: RequestID? = nil
  ) async throws -> Roost_V1_AuthoritiesResponse {
    try await rig.local { client in
      try await Roost_V1_Certificates.Client(wrapping: client).rotateAuthority(
        .with {
          $0.requestID = (id ?? RequestID(from: rig.random)).description
          $0.finish = finish
          $0.force = force
        })
    }
  }

  private func show(_ rig: Rig) async throws -> Roost_V1_AuthoritiesResponse {
    try await rig.local { try await Roost_V1_Certificates.Client(wrapping: $0).showAuthorities(.init()) }
  }

  private func renewed(_ agent: FakeAgent, _ rig: Rig, over wire: Wire? = nil) async throws -> Papers {
    let key = try PrivateKey.generate()
    let request = try CertificateRequest.create(key: key, commonName: "h")
    let reply = try await rig.call((wire ?? rig.wire).link(agent.papers)) {
      try await Roost_V1_AgentLink.Client(wrapping: $0).renew(.with { $0.certificateRequestPem = request.pem })
    }
    return Papers(certificatePEM: reply.certificatePem, keyPEM: try key.pem())
  }

  /// An operator's papers that whoever has an authority's key made for themselves.
  private func stolen(_ authority: CertificateAuthority, _ rig: Rig) throws -> Papers {
    let key = try PrivateKey.generate()
    let identity = try FleetIdentity(fleetID: rig.fleet.id.description, role: .operator, id: "mallory")
    let certificate = try authority.issue(
      CertificateRequest.create(key: key, commonName: "mallory"), profile: CertificateProfile(identity: identity),
      now: rig.clock.now().seconds, lifetimeSeconds: 86_400)
    return Papers(certificatePEM: certificate.pem, keyPEM: try key.pem())
  }

  private func isLetIn(_ papers: Papers, _ wire: Wire, _ rig: Rig) async -> Bool {
    do {
      _ = try await rig.call(wire.link(papers)) { client in
        var options = CallOptions.defaults
        options.timeout = .seconds(5)
        return try await Roost_V1_VMs.Client(wrapping: client).list(.init(), options: options)
      }
      return true
    } catch {
      return false
    }
  }

  @Test("both are trusted until the end; then the earlier one's certificates and tokens are worthless")
  func whole() async throws {
    try await Rig.with { rig in
      let (agent, ada) = (try await rig.host("h1"), try await rig.person("ada"))
      let before = try rig.directory.authorities().pair.present
      let token = try await rig.token(named: "h2")
      let begun = try await rotate(rig)
      #expect(begun.authorities.map(\.state) == ["present", "successor"])
      #expect(begun.hostsLeft == ["h1"] && begun.usersLeft == ["ada"])
      let after = try #require(rig.directory.authorities().pair.successor)
      let wire = rig.wire.trusting(before.certificate.pem + after.certificate.pem)

      let refusal = await #expect(throws: FleetError.self) { try await rotate(rig, finish: true) }
      #expect(refusal?.code == .precondition && refusal?.message.contains("h1") == true)
      #expect(await isLetIn(ada, wire, rig))
      let papers = try await renewed(agent, rig)
      try Certificate(pem: papers.certificatePEM).verify(issuedBy: after.certificate)
      let bob = try await rig.person("bob")
      #expect(await isLetIn(bob, wire, rig))
      let left = try await show(rig)
      #expect(left.hostsLeft.isEmpty && left.usersLeft == ["ada"])

      let end = try await rotate(rig, finish: true)
      #expect(end.authorities.map(\.fingerprint) == [after.certificate.fingerprint.hex] && end.usersLeft == ["ada"])
      let alone = rig.wire.trusting(after.certificate.pem)
      #expect(await isLetIn(bob, alone, rig))
      let isAda = await isLetIn(ada, alone, rig)
      let isThief = await isLetIn(try stolen(before, rig), alone, rig)
      #expect(!isAda && !isThief)
      let join = await #expect(throws: FleetError.self) {
        try await rig.call(alone.enrolment()) {
          try await Roost_V1_Enrolment.Client(wrapping: $0).join(
            .sample(token, key: .generate(), machine: "m2"))
        }
      }
      #expect(join?.code == .denied || join?.code == .unreachable)
      // What is on the disk says the same, and a start goes on with it.
      #expect(!FileManager.default.fileExists(atPath: rig.directory.successorCertificate))
      #expect(!FileManager.default.fileExists(atPath: rig.directory.successorKey))
      try RevocationList(pem: String(contentsOfFile: rig.directory.revocations, encoding: .utf8))
        .verify(issuedBy: after.certificate)
      try await rig.restart()
      #expect(try await show(rig).authorities.map(\.fingerprint) == [after.certificate.fingerprint.hex])
      #expect(await isLetIn(bob, alone, rig))
      let kinds = Set(try await rig.stored { try $0.events(since: 0, limit: 1000).map(\.kind) })
      #expect(kinds.isSuperset(of: ["authority.rotation-begun", "authority.rotated"]))
    }
  }

  @Test("one successor is made for a request that is repeated, and none while there is one")
  func once() async throws {
    try await Rig.with { rig in
      let id = RequestID(from: rig.random)
      let first = try await rotate(rig, id: id)
      let again = try await rotate(rig, id: id)
      #expect(first == again)
      let second = await #expect(throws: FleetError.self) { try await rotate(rig) }
      #expect(second?.code == .precondition && second?.hint.contains("--finish") == true)
      try await rig.restart()
      #expect(try await show(rig).authorities == first.authorities)
    }
  }

  @Test("nothing ends that was not begun, and only a local administrator begins")
  func refused() async throws {
    try await Rig.with { rig in
      for force in [false, true] {
        let refusal = await #expect(throws: FleetError.self) { try await rotate(rig, finish: true, force: force) }
        #expect(refusal?.code == .precondition)
      }
      let aimless = await #expect(throws: FleetError.self) { try await rotate(rig, force: true) }
      #expect(aimless?.code == .invalid)
      let ada = try await rig.person("ada")
      let denied = await #expect(throws: FleetError.self) {
        try await rig.call(rig.wire.link(ada)) {
          try await Roost_V1_Certificates.Client(wrapping: $0).rotateAuthority(
            .with { $0.requestID = RequestID(from: rig.random).description })
        }
      }
      #expect(denied?.code == .denied)
      #expect(try await show(rig).authorities.count == 1)
    }
  }

  @Test("whoever has the earlier key lets nobody in by it while it is being replaced")
  func unrecorded() async throws {
    try await Rig.with { rig in
      let before = try rig.directory.authorities().pair.present
      let thief = try stolen(before, rig)
      #expect(await isLetIn(thief, rig.wire, rig))
      _ = try await rotate(rig)
      #expect(await !isLetIn(thief, rig.wire, rig))
    }
  }

  @Test("a host is left behind only by force, and is named")
  func force() async throws {
    try await Rig.with { rig in
      let agent = try await rig.host("h1")
      _ = try await rotate(rig)
      let end = try await rotate(rig, finish: true, force: true)
      #expect(end.hostsLeft == ["h1"])
      let successor = try rig.directory.authorities().pair.present
      let wire = rig.wire.trusting(successor.certificate.pem)
      await #expect(throws: FleetError.self) { try await renewed(agent, rig, over: wire) }
    }
  }

  @Test("an end that was interrupted between its two renames is completed by the next start")
  func interrupted() async throws {
    try await Rig.with { rig in
      _ = try await rotate(rig)
      await rig.stop()
      let directory = rig.directory
      let successor = try #require(directory.authorities().pair.successor)
      #expect(rename(directory.successorCertificate, directory.authorityCertificate) == 0)
      try successor.revocationList(
        entries: [], number: 1 << 50, now: rig.clock.now().seconds, nextUpdate: successor.certificate.notAfter
      ).pem.write(toFile: directory.revocations, atomically: true, encoding: .utf8)
      try await rig.start()
      let shown = try await show(rig)
      #expect(shown.authorities.map(\.fingerprint) == [successor.certificate.fingerprint.hex])
      #expect(!FileManager.default.fileExists(atPath: directory.successorKey))
    }
  }

  @Test("files that do not belong together keep the coordinator from office, and say which")
  func mismatched() async throws {
    try await Rig.with { rig in
      _ = try await rotate(rig)
      await rig.stop()
      let key = try String(contentsOfFile: rig.directory.successorKey, encoding: .utf8)
      try PrivateKey.generate().pem().write(toFile: rig.directory.successorKey, atomically: true, encoding: .utf8)
      let failure = await #expect(throws: FleetError.self) { try await rig.start() }
      #expect(failure?.code == .precondition && failure?.message.contains("ca-next.key") == true)
      try key.write(toFile: rig.directory.successorKey, atomically: true, encoding: .utf8)
      try await rig.start()
    }
  }

  @Test("marks are signed by the newest authority, and those of the one before count until the end")
  func marks() async throws {
    try await Rig.with { rig in
      let authorities = try rig.directory.authorities()
      let host = HostID(from: rig.random)
      let mark = HighWater(epoch: 3, incarnation: "i", macCursor: 7)
      let seal = MarkSeal(rig.fleet.id) { authorities.markKeys }
      let old = try seal.sign(mark, for: host)
      authorities.begin(try authorities.pair.present.successor(now: rig.clock.now().seconds))
      let new = try seal.sign(mark, for: host)
      #expect(try seal.open(old, of: host) == mark && seal.open(new, of: host) == mark)
      authorities.finish()
      #expect(try seal.open(new, of: host) == mark)
      #expect(throws: FleetError.self) { try seal.open(old, of: host) }
    }
  }
}
