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
  /// Everybody who may connect, and to which listener.
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
    "everybody may make just the calls of the table, and a refusal changes nothing",
    arguments: Knock.allCases)
  func matrix(knock: Knock) async throws {
    try await TestCoordinator.with { coordinator in
      let transport = try await transport(of: knock, coordinator)
      let allowed = { (method: MethodDescriptor) in
        knock.role.map { AccessTable.table[method.fullyQualifiedMethod]?.contains($0) == true } ?? false
      }
      try await withGRPCClient(transport: transport) { client in
        let before = try await coordinator.lastEvent()
        for method in AccessTests.descriptors where !allowed(method) {
          let failure = try await RawCall.failure(of: method, client)
          #expect(Self.isRefusal(failure, of: knock), "\(knock) \(method): \(String(describing: failure))")
        }
        #expect(try await coordinator.lastEvent() == before)
        for method in AccessTests.descriptors where allowed(method) {
          let failure = try await RawCall.failure(of: method, client)
          #expect(!Self.isRefusal(failure, of: knock), "\(knock) \(method): \(String(describing: failure))")
        }
      }
    }
  }

  private func transport(of knock: Knock, _ coordinator: TestCoordinator) async throws -> HTTP2ClientTransport.Posix {
    switch knock {
    case .noCertificate: return try coordinator.transports.link(nil)
    case .foreignAuthority:
      return try coordinator.transports.link(.forged(fleet: coordinator.fleet.id, now: coordinator.clock.now()))
    case .expired: return try coordinator.transports.link(credentials(coordinator, daysFromNow: -3))
    case .notYetValid: return try coordinator.transports.link(credentials(coordinator, daysFromNow: 3))
    case .revoked:
      let credentials = try await coordinator.person("eve")
      _ = try await coordinator.revoke(user: "eve")
      return try coordinator.transports.link(credentials)
    case .coordinator:
      return try coordinator.transports.link(
        ClientCredentials(
          certificatePEM: String(contentsOfFile: coordinator.directory.certificate, encoding: .utf8),
          keyPEM: String(contentsOfFile: coordinator.directory.key, encoding: .utf8)))
    case .agent: return try coordinator.transports.link(try await coordinator.host("h1").credentials)
    case .person: return try coordinator.transports.link(try await coordinator.person("ada"))
    case .localSocket: return try coordinator.transports.local()
    case .enrolmentPort:
      _ = try await coordinator.token()
      return try coordinator.transports.enrolment()
    }
  }

  /// A person's credentials by the fleet's own authority that are good for one day, some days from now.
  private func credentials(_ coordinator: TestCoordinator, daysFromNow: Int64) throws -> ClientCredentials {
    let key = try PrivateKey.generate()
    let authority = try coordinator.directory.authorities().pair.present
    let now = coordinator.clock.now().seconds
    let identity = try FleetIdentity(fleetID: coordinator.fleet.id.description, role: .operator, id: "ada")
    let certificate = try authority.issue(
      CertificateRequest.create(key: key, commonName: "ada"), profile: CertificateProfile(identity: identity),
      now: max(now + daysFromNow * 86_400, authority.certificate.notBefore),
      lifetimeSeconds: daysFromNow < 0 ? 1 : 86_400)
    return ClientCredentials(certificatePEM: certificate.pem, keyPEM: try key.pem())
  }

  /// True for a call that the table refused, that this listener does not have, or that got no connection.
  private static func isRefusal(_ failure: RPCError?, of knock: Knock) -> Bool {
    guard let failure else { return false }
    guard FleetError.isCarried(by: failure) else {
      // Enrolment has a listener of its own, which lets nobody in by a certificate.
      return failure.code == .unimplemented || knock.role == nil && failure.code == .unavailable
    }
    let error = FleetError(failure)
    if knock == .revoked || knock == .coordinator { return error.code == .denied }
    return knock.role != nil && error.code == .denied && error.message.contains("may not call")
  }
}
