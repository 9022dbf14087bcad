import Fleet
import GRPCCore
import PKI
import RoostAPI
import RoostProto
import Store
import SwiftProtobuf

/// Calls about the certificates that the fleet's authority issued.
struct CertificatesService: Roost_V1_Certificates.SimpleServiceProtocol {
  let store: FleetStore
  let inventory: Inventory
  let rotation: CoordinatorKeyRotation
  let authorityRotation: AuthorityRotation
  let clock: any WallClock

  func list(
    request: Roost_V1_ListCertificatesRequest, response: RPCWriter<Roost_V1_ListCertificatesResponse>,
    context: ServerContext
  ) async throws {
    let now = clock.now()
    let view = await inventory.view
    let all = try await store.read { try $0.certificates() }.filter {
      (request.role.isEmpty || $0.role == request.role) && (request.expired || $0.expiresAt > now)
    }.sorted { $0.expiresAt > $1.expiresAt }
    var pages = PageWriter(request.pageSize, to: response)
    for certificate in request.pageSize == 0 ? all.prefix(4096) : all[...] {
      try await pages.add(Self.shown(certificate, view).message, to: \.certificates)
    }
    try await pages.end()
  }

  func revoke(
    request: Roost_V1_RevokeCertificatesRequest, context: ServerContext
  ) async throws -> Roost_V1_CertificatesResponse {
    let write = try IdempotencyKey(id: request.requestID, body: request)
    let now = clock.now()
    let view = await inventory.view
    let which = request.which
    let own = rotation.key.pair.certificate.serial.hex
    let outcome = try await store.carryOut(write, as: .message, at: now) { transaction in
      let found = try Self.certificates(which, in: transaction, at: now)
      guard !found.contains(where: { $0.serial == own }) else {
        throw FleetError(
          .precondition, "this is the certificate that the coordinator shows",
          hint: "give it another, which revokes this one: roost ca rotate-coordinator")
      }
      var changed: [CertificateRecord] = []
      for certificate in found {
        try transaction.revokeCertificate(serial: certificate.serial, at: now)
        let shown = Self.shown(try transaction.certificate(serial: certificate.serial) ?? certificate, view)
        changed.append(shown)
        guard certificate.revokedAt == nil else { continue }
        try transaction.appendEvent(
          at: now, kind: shown.role == "operator" ? .userRevoked : .certificateRevoked, subject: shown.subject,
          message: "the certificate \(shown.serial) of \(shown.role) \(shown.subject) is revoked")
      }
      for name in Set(found.filter { $0.role == "operator" }.map(\.subject)) {
        try transaction.revokeOpenTokens(of: "user:\(name)", at: now, because: Self.tokenReason)
      }
      return (
        answer: Roost_V1_CertificatesResponse.with { $0.certificates = changed.map(\.message) },
        value: Set(found.map(\.serial))
      )
    }
    if outcome.value != nil {
      try await rotation.revocations.publish()
    }
    return outcome.answer
  }

  func rotateCoordinator(
    request: Roost_V1_RotateCoordinatorRequest, context: ServerContext
  ) async throws -> Roost_V1_CertificatesResponse {
    try await rotation.rotate(IdempotencyKey(id: request.requestID, body: request))
  }

  func showAuthorities(
    request: Roost_V1_ShowAuthoritiesRequest, context: ServerContext
  ) async throws -> Roost_V1_AuthoritiesResponse {
    try await authorityRotation.show()
  }

  func rotateAuthority(
    request: Roost_V1_RotateAuthorityRequest, context: ServerContext
  ) async throws -> Roost_V1_AuthoritiesResponse {
    let write = try IdempotencyKey(id: request.requestID, body: request)
    guard request.finish else {
      guard !request.force else { throw FleetError(.invalid, "there is nothing to force when a rotation begins") }
      return try await authorityRotation.begin(write)
    }
    return try await authorityRotation.finish(write, force: request.force)
  }

  /// Why a user's open tokens are revoked with the certificate.
  static let tokenReason = "its maker's key may be stolen, and the token with it"

  private static func certificates(
    _ which: Roost_V1_RevokeCertificatesRequest.OneOf_Which?, in reader: FleetSnapshotReader, at now: Timestamp
  ) throws -> [CertificateRecord] {
    switch which {
    case .serial(let serial):
      guard let found = try reader.certificate(serial: serial.lowercased()) else {
        throw FleetError(
          .notFound, "there is no certificate \"\(serial.printable)\"", hint: "list them: roost ca list")
      }
      return [found]
    case .user(let name):
      let all = try reader.certificates(of: name, role: "operator")
      guard !all.isEmpty else {
        throw FleetError(.notFound, "there is no user \"\(name.printable)\"", hint: "list them: roost user list")
      }
      return all.filter { $0.expiresAt > now }
    case nil: throw FleetError(.invalid, "the request names neither a certificate nor a user")
    }
  }

  /// The certificate with the host's name in place of its id.
  private static func shown(_ certificate: CertificateRecord, _ view: FleetView) -> CertificateRecord {
    var shown = certificate
    if shown.role == "agent", let id = HostID(shown.subject), let host = view.hosts[id]?.host.name {
      shown.subject = host
    }
    return shown
  }
}
