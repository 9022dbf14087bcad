import Fleet
import GRPCCore
import PKI
import RoostProto
import Store
import SwiftProtobuf

/// How a host joins: a token and a certificate request against a certificate.
struct EnrolmentService: Roost_V1_Enrolment.SimpleServiceProtocol {
  let office: Office
  let store: FleetStore
  let inventory: Inventory
  let registry: Registry
  let feed: EventFeed
  let calls: LiveCalls
  let clock: any WallClock
  let random: any RandomSource

  /// What a join came to, with the serial numbers of the certificates that it took the place of.
  private typealias Joined = (host: Host, reply: Roost_V1_JoinResponse, earlier: [String])

  func getAuthority(
    request: Roost_V1_GetAuthorityRequest, context: ServerContext
  ) async throws -> Roost_V1_GetAuthorityResponse {
    .with { $0.authorityPem = registry.authorityPEM }
  }

  func join(request: Roost_V1_JoinRequest, context: ServerContext) async throws -> Roost_V1_JoinResponse {
    guard let tokenID = TokenID(request.tokenID), request.secret.count == 32 else {
      throw FleetError(.denied, "the token is not one of this fleet", hint: "make one: roost host token create")
    }
    guard (1...64).contains(request.machineUuid.utf8.count), request.hostname.utf8.count <= 253 else {
      throw FleetError(.invalid, "the host's name or its machine UUID is missing or too long")
    }
    let now = clock.now()
    let hash = try Digest.sha256(Array(request.secret)).hex
    // Whoever guesses takes no turn from those who write.
    guard try await store.read({ try $0.isToken(tokenID, secretHash: hash) }) else {
      throw FleetError(.denied, "the token is not one of this fleet", hint: "make one: roost host token create")
    }
    let fresh = HostID(from: random)
    let registry = registry
    // The certificate is made inside the transaction: a token is used up exactly when a certificate exists.
    let joined = try await store.commit { transaction -> Joined in
      if let again = try repeated(request, of: tokenID, secretHash: hash, now: now, in: transaction) {
        return (again.host, again.reply, [])
      }
      let token = try transaction.consumeToken(tokenID, secretHash: hash, now: now)
      let name = try Self.name(for: request, token: token)
      let present = try Self.present(named: name, for: request, token: token, in: transaction)
      let id = present?.id ?? fresh
      let certificate = try registry.issue(agent: id, requestPEM: request.certificateRequestPem)
      let expiresAt = Timestamp(seconds: certificate.notAfter)
      var host =
        present
        ?? Host(
          id: id, name: name, machineID: request.machineUuid, joinedAt: now, certificateExpiresAt: expiresAt)
      host.certificateExpiresAt = expiresAt
      host.machineID = request.machineUuid
      host.revokedAt = nil
      if present == nil { try transaction.insertHost(host) } else { try transaction.updateHost(host) }
      let earlier = try transaction.certificates(of: id.description).map(\.serial)
      for serial in earlier { try transaction.revokeCertificate(serial: serial, at: now) }
      try transaction.insertCertificate(
        serial: certificate.serial.hex, subject: id.description, role: "agent", expiresAt: expiresAt)
      try transaction.appendEvent(
        at: now, kind: present == nil ? "host.joined" : "host.rejoined", subject: name,
        message: "host \(name) \(present == nil ? "joined" : "joined again")")
      let reply = reply(to: host, certificate)
      // The answer may be lost on its way: who shows the same token with the same key gets it again.
      try transaction.insertRequest(
        StoredRequest(
          id: RequestID(tokenID.value), bodyHash: certificate.fingerprint.hex, answer: reply.serializedBytes(),
          at: now))
      return (host, reply, earlier)
    }
    await inventory.put(joined.host)
    // Whoever was this host until now is cut off.
    calls.cut(serials: joined.earlier)
    await feed.poke()
    return joined.reply
  }

  private func reply(to host: Host, _ certificate: Certificate) -> Roost_V1_JoinResponse {
    .with {
      $0.hostID = host.id.description
      $0.hostName = host.name
      $0.fleetID = office.fleetID.description
      $0.certificatePem = certificate.pem
      $0.authorityPem = registry.authorityPEM
      $0.linkAddress = office.link.description
    }
  }

  /// The name the host will have: the token's, else its own without a domain.
  private static func name(for request: Roost_V1_JoinRequest, token: TokenRecord) throws -> String {
    if let name = token.hostName { return name }
    let own = request.hostname.prefix { $0 != "." }
    return try Name.checked(String(own), of: "host")
  }

  /// The host's row if it joins again: the same id, or the same machine under the same name.
  /// - Throws: ``FleetError`` with code `conflict` if another host has the name, or this one another name.
  private static func present(
    named name: String, for request: Roost_V1_JoinRequest, token: TokenRecord, in transaction: FleetTransaction
  ) throws -> Host? {
    let hosts = try transaction.hosts()
    let named = hosts.first { $0.name == name }
    let machine = hosts.first { !request.machineUuid.isEmpty && $0.machineID == request.machineUuid }
    if let named {
      guard named.id.description == request.hostID || named.id == machine?.id else {
        throw FleetError(
          .conflict, "another host is named \"\(name)\" already",
          hint: "make a token with another name: roost host token create --name NAME")
      }
      // What a message says of itself proves nothing: only an administrator may let somebody be that host again.
      guard token.hostName == name else {
        throw FleetError(
          .denied, "this token is not for the host \"\(name)\", which is in the fleet already",
          hint: "make one that is: roost host token create --name \(name)")
      }
      return named
    }
    if let machine {
      throw FleetError(
        .conflict, "this machine is in the fleet already, as host \"\(machine.name)\"",
        hint: "make a token for that name: roost host token create --name \(machine.name)")
    }
    return nil
  }
}
