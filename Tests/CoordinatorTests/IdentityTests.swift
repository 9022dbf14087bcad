import Fleet
import FleetTestKit
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import PKI
import RoostAPI
import RoostProto
import SimulationKit
import Store
import Testing

@testable import Coordinator

@Suite("Who may call what")
struct IdentityTests {
  /// Everybody who may knock, and at which door.
  enum Knock: String, CaseIterable, Sendable {
    case noCertificate, foreignAuthority, expired, notYetValid, revoked, coordinator, agent, person, localSocket
    case enrolmentPort

    /// What the table calls them; nil for those who are nobody.
    var role: Caller.Role? {
      switch self {
      case .noCertificate, .foreignAuthority, .expired, .notYetValid, .revoked, .coordinator: nil
      case .agent: .agent
      case .person: .operator
      case .localSocket: .localAdministrator
      case .enrolmentPort: .anonymous
      }
    }
  }

  @Test(
    "everybody gets past the door with just the calls of the table, and a refusal changes nothing",
    arguments: Knock.allCases)
  func matrix(knock: Knock) async throws {
    try await Rig.with { rig in
      let transport = try await transport(of: knock, rig)
      let allowed = { (method: MethodDescriptor) in
        knock.role.map { Access.table[method.fullyQualifiedMethod]?.contains($0) == true } ?? false
      }
      try await withGRPCClient(transport: transport) { client in
        let before = try await rig.lastEvent()
        for method in AccessTests.descriptors where !allowed(method) {
          let failure = try await RawCall.failure(of: method, client)
          #expect(Self.isRefusal(failure, of: knock), "\(knock) \(method): \(String(describing: failure))")
        }
        #expect(try await rig.lastEvent() == before)
        for method in AccessTests.descriptors where allowed(method) {
          let failure = try await RawCall.failure(of: method, client)
          #expect(!Self.isRefusal(failure, of: knock), "\(knock) \(method): \(String(describing: failure))")
        }
      }
    }
  }

  private func transport(of knock: Knock, _ rig: Rig) async throws -> HTTP2ClientTransport.Posix {
    switch knock {
    case .noCertificate: return try rig.wire.link(nil)
    case .foreignAuthority: return try rig.wire.link(.forged(fleet: rig.fleet.id, now: rig.clock.now()))
    case .expired: return try rig.wire.link(papers(rig, daysFromNow: -3))
    case .notYetValid: return try rig.wire.link(papers(rig, daysFromNow: 3))
    case .revoked:
      let papers = try await rig.person("eve")
      _ = try await rig.revoke(user: "eve")
      return try rig.wire.link(papers)
    case .coordinator:
      return try rig.wire.link(
        Papers(
          certificatePEM: String(contentsOfFile: rig.directory.certificate, encoding: .utf8),
          keyPEM: String(contentsOfFile: rig.directory.key, encoding: .utf8)))
    case .agent: return try rig.wire.link(try await rig.host("h1").papers)
    case .person: return try rig.wire.link(try await rig.person("ada"))
    case .localSocket: return try rig.wire.local()
    case .enrolmentPort:
      _ = try await rig.token()
      return try rig.wire.enrolment()
    }
  }

  /// A person's papers by the fleet's own authority that are good for one day, some days from now.
  private func papers(_ rig: Rig, daysFromNow: Int64) throws -> Papers {
    let key = try PrivateKey.generate()
    let authority = try rig.directory.authorities().pair.present
    let now = rig.clock.now().seconds
    let identity = try FleetIdentity(fleetID: rig.fleet.id.description, role: .operator, id: "ada")
    let certificate = try authority.issue(
      CertificateRequest.create(key: key, commonName: "ada"), profile: CertificateProfile(identity: identity),
      now: max(now + daysFromNow * 86_400, authority.certificate.notBefore),
      lifetimeSeconds: daysFromNow < 0 ? 1 : 86_400)
    return Papers(certificatePEM: certificate.pem, keyPEM: try key.pem())
  }

  /// True for a call that the table refused, that this door does not have, or that got no connection.
  private static func isRefusal(_ failure: RPCError?, of knock: Knock) -> Bool {
    guard let failure else { return false }
    guard FleetError.isCarried(by: failure) else {
      // Enrolment has a door of its own, at which nobody is let in by a certificate.
      return failure.code == .unimplemented || knock.role == nil && failure.code == .unavailable
    }
    let error = FleetError(failure)
    if knock == .revoked || knock == .coordinator { return error.code == .denied }
    return knock.role != nil && error.code == .denied && error.message.contains("may not call")
  }
}
