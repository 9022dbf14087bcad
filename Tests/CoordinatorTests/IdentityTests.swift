import Fleet
import FleetTestKit
import GRPCCore
import GRPCNIOTransportHTTP2Posix
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
    case noCertificate, foreignAuthority, agent, person, localSocket, enrolmentPort

    /// What the table calls them; nil for those who must not even get a connection.
    var role: Caller.Role? {
      switch self {
      case .noCertificate, .foreignAuthority: nil
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
    case .agent: return try rig.wire.link(try await rig.host("h1").papers)
    case .person: return try rig.wire.link(try await rig.person("ada"))
    case .localSocket: return try rig.wire.local()
    case .enrolmentPort:
      _ = try await rig.token()
      return try rig.wire.enrolment()
    }
  }

  /// True for a call that the table refused, that this door does not have, or that got no connection.
  private static func isRefusal(_ failure: RPCError?, of knock: Knock) -> Bool {
    guard let failure else { return false }
    guard FleetError.isCarried(by: failure) else {
      return failure.code == (knock.role == nil ? .unavailable : .unimplemented)
    }
    let error = FleetError(failure)
    return knock.role != nil && error.code == .denied && error.message.contains("may not call")
  }
}
