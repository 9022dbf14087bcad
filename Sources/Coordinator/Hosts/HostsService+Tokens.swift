import Fleet
import GRPCCore
import PKI
import RoostAPI
import RoostProto
import Store
import SwiftProtobuf

/// Join tokens: made, listed, revoked.
extension HostsService {
  func createToken(
    request: Roost_V1_CreateTokenRequest, context: ServerContext
  ) async throws -> Roost_V1_CreateTokenResponse {
    let write = try IdempotencyKey(id: request.requestID, body: request)
    if !request.name.isEmpty { try NameRule.checked(request.name, of: "host") }
    let seconds = request.ttlSeconds == 0 ? Self.tokenSeconds.usual : request.ttlSeconds
    guard seconds <= Self.tokenSeconds.most else {
      throw FleetError(.invalid, "a token lives 7 days at most, not \(seconds) seconds")
    }
    // The holder of such a token becomes the host, with access to its VMs' consoles and its images.
    guard !request.rejoin || Caller.current == .localAdministrator else {
      throw FleetError(
        .denied, "only a local administrator may make a token that replaces a host",
        hint: "run this on the coordinator's own machine, over its local socket")
    }
    let now = admission.clock.now()
    let secret = try SystemRandom().bytes(32)
    let token = try JoinToken(
      id: TokenID(from: admission.random), secret: secret, address: admission.context.enrolment.description,
      authorityFingerprint: issuer.authorities.pair.present.certificate.fingerprint.hex,
      expiresAt: now.adding(seconds: Int64(clamping: seconds)))
    let hash = try Digest.sha256(secret).hex
    let (name, rejoin) = (request.name, request.rejoin)
    try await listener.open()
    try await store.carryOut(write, answering: .secret(.token), at: now) { transaction in
      try Self.check(name, rejoin: rejoin, in: transaction)
      try transaction.insertToken(
        id: token.id, secretHash: hash, hostName: name.isEmpty ? nil : name, isForRejoining: rejoin,
        expiresAt: token.expiresAt, createdAt: now)
      let purpose = rejoin ? "with which a machine takes the place of host \(name)" : "with which a host joins"
      try transaction.appendEvent(
        at: now, kind: rejoin ? .tokenRejoin : .tokenCreated, subject: name,
        message: "a token \(token.id) was made \(purpose), good until \(token.expiresAt)")
    }
    return .with {
      $0.token = token.text
      $0.expiresAt = token.expiresAt.milliseconds
      $0.id = token.id.description
    }
  }

  private static func check(_ name: String, rejoin: Bool, in transaction: FleetTransaction) throws {
    let isThere = try !name.isEmpty && transaction.hosts().contains { $0.name == name }
    guard isThere == rejoin else {
      throw isThere
        ? FleetError(
          .conflict, "host \"\(name)\" is in the fleet already",
          hint: "for its machine to join again, on the coordinator's machine: "
            + "roost host token create --name \(name.shellQuoted) --rejoin")
        : FleetError(
          .notFound, "there is no host \"\(name)\" to replace", hint: "list them: roost host list")
    }
  }

  func listTokens(
    request: Roost_V1_ListTokensRequest, context: ServerContext
  ) async throws -> Roost_V1_ListTokensResponse {
    let tokens = try await admission.store.read { try $0.tokens() }
    return .with { $0.tokens = tokens.reversed().prefix(1000).map(\.message) }
  }

  func revokeToken(
    request: Roost_V1_RevokeTokenRequest, context: ServerContext
  ) async throws -> Roost_V1_TokenResponse {
    let write = try IdempotencyKey(id: request.requestID, body: request)
    guard let id = TokenID(request.id) else {
      throw FleetError(
        .invalid, "\"\(request.id.printable)\" is not a token's id", hint: "list them: roost host token list")
    }
    let now = admission.clock.now()
    return try await store.carryOut(write, answering: .message, at: now) { transaction in
      let token = try transaction.revokeToken(id, at: now)
      try transaction.appendEvent(
        at: now, kind: .tokenRevoked, subject: token.hostName ?? "", message: "the token \(id) is revoked")
      return .with { $0.token = token.message }
    }
  }
}
