import Fleet
import GRPCCore
import PKI
import RoostProto
import Store
import SwiftProtobuf

/// Lets a host join: it exchanges a token and a certificate request for a certificate.
struct EnrolmentService: Roost_V1_Enrolment.SimpleServiceProtocol {
  let context: CoordinatorContext
  let store: FleetStore
  let sessions: ConnectedAgents
  let issuer: CertificateIssuer
  let calls: LiveCalls
  let clock: any WallClock
  let random: any RandomSource

  func getAuthority(
    request: Roost_V1_GetAuthorityRequest, context: ServerContext
  ) async throws -> Roost_V1_GetAuthorityResponse {
    .with { $0.authorityPem = issuer.authorities.pair.present.certificate.pem }
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
    // Checked outside of a transaction, so that guessing callers don't delay writers.
    guard try await store.read({ try $0.isToken(tokenID, secretHash: hash) }) else {
      throw FleetError(.denied, "the token is not one of this fleet", hint: "make one: roost host token create")
    }
    let fresh = HostID(from: random)
    // The certificate is made inside the transaction: a token is used up exactly when a certificate exists.
    let joined = try await Caller.$actor.withValue("token:\(tokenID)") {
      try await store.commit { try join(request, tokenID, hash, fresh, now, in: $0) }
    }
    // Ends the sessions of the machine that was this host until now.
    if let earlier = joined.earlier {
      calls.cut(serials: earlier)
      await sessions.disconnect(joined.host.id)
    }
    return joined.reply
  }

  /// The result of a join.
  private struct Joined: Sendable {
    let host: Host
    let reply: Roost_V1_JoinResponse
    /// The serial numbers of the replaced certificates; nil for a new host.
    var earlier: [String]?
  }

  private func join(
    _ request: Roost_V1_JoinRequest, _ tokenID: TokenID, _ hash: String, _ fresh: HostID, _ now: Timestamp,
    in transaction: FleetTransaction
  ) throws -> Joined {
    if let again = try repeated(request, of: tokenID, secretHash: hash, now: now, in: transaction) {
      return Joined(host: again.host, reply: again.reply)
    }
    let token = try transaction.consumeToken(tokenID, secretHash: hash, now: now)
    let name = try Self.name(for: request, token: token)
    let present = try Self.present(named: name, for: request, token: token, in: transaction)
    let id = present?.id ?? fresh
    // The authority that the token pins; if there is a successor, the agent gets a certificate of it once it connects.
    let authority = issuer.authorities.pair.present
    let certificate = try issuer.issue(agent: id, requestPEM: request.certificateRequestPem, by: authority)
    let expiresAt = Timestamp(seconds: certificate.notAfter)
    var host =
      present
      ?? Host(
        id: id, name: name, machineID: request.machineUuid, joinedAt: now, certificateExpiresAt: expiresAt)
    host.certificateExpiresAt = expiresAt
    host.machineID = request.machineUuid
    host.revokedAt = nil
    if present == nil { try transaction.insertHost(host) } else { try transaction.updateHost(host) }
    let earlier = try transaction.certificates(of: id.description, role: "agent").map(\.serial)
    for serial in earlier { try transaction.revokeCertificate(serial: serial, at: now) }
    try transaction.insertCertificate(
      serial: certificate.serial.hex, subject: id.description, role: "agent", issuedAt: now,
      expiresAt: expiresAt, authority: authority.certificate.fingerprint.hex)
    let machine = request.machineUuid.printable
    try transaction.appendEvent(
      at: now, kind: present == nil ? .hostJoined : .hostRejoined, subject: name,
      message: present.map { before in
        "host \(name) joined again, and its earlier certificates are revoked; the machine was "
          + "\(before.machineID.printable) and is \(machine)"
      } ?? "host \(name) joined, the machine \(machine)")
    let reply = reply(to: host, certificate, authority)
    // The answer may be lost: a repeat with the same token and key gets it again.
    try transaction.insertRequest(
      StoredRequest(
        id: RequestID(tokenID.value), bodyHash: certificate.fingerprint.hex, answer: reply.serializedBytes(),
        at: now))
    return Joined(host: host, reply: reply, earlier: present == nil ? nil : earlier)
  }

  private func reply(
    to host: Host, _ certificate: Certificate, _ authority: CertificateAuthority
  ) -> Roost_V1_JoinResponse {
    .with {
      $0.hostID = host.id.description
      $0.hostName = host.name
      $0.fleetID = self.context.fleetID.description
      $0.certificatePem = certificate.pem
      $0.authorityPem = authority.certificate.pem
      $0.linkAddress = self.context.link.description
    }
  }

  /// The host's name: the token's, else its own without a domain.
  private static func name(for request: Roost_V1_JoinRequest, token: TokenRecord) throws -> String {
    if let name = token.hostName { return name }
    let own = request.hostname.prefix { $0 != "." }
    return try NameRule.checked(String(own), of: "host")
  }

  /// The host's row if it joins again: the same id, or the same machine under the same name.
  /// - Throws: ``FleetError`` with code `conflict` if another host has the name, or this one has another name.
  private static func present(
    named name: String, for request: Roost_V1_JoinRequest, token: TokenRecord, in transaction: FleetTransaction
  ) throws -> Host? {
    let hosts = try transaction.hosts()
    let named = hosts.first { $0.name == name }
    let machine = hosts.first { !request.machineUuid.isEmpty && $0.machineID == request.machineUuid }
    let again = "on the coordinator's machine: roost host token create --name"
    if let named {
      guard named.id.description == request.hostID || named.id == machine?.id else {
        throw FleetError(
          .conflict, "another host is named \"\(name)\" already",
          hint: "make a token with another name: roost host token create --name NAME")
      }
      // A message's claims prove nothing: only a token of a local administrator lets a machine be that host again.
      guard token.isForRejoining, token.hostName == name else {
        throw FleetError(
          .denied, "this token is not for the host \"\(name)\", which is in the fleet already",
          hint: "make one that is, \(again) \(name.shellQuoted) --rejoin")
      }
      return named
    }
    if let known = hosts.first(where: { $0.id.description == request.hostID }) {
      throw FleetError(
        .denied, "this machine has the certificate of the host \"\(known.name)\", and the token is not for that one",
        hint: "make one that is, \(again) \(known.name.shellQuoted) --rejoin")
    }
    guard !token.isForRejoining else {
      throw FleetError(
        .denied, "this token is for the host \"\(name)\", which is not in the fleet any more",
        hint: "make another: roost host token create --name \(name.shellQuoted)")
    }
    if let machine {
      throw FleetError(
        .conflict, "this machine is in the fleet already, as host \"\(machine.name)\"",
        hint: "make a token for it, \(again) \(machine.name.shellQuoted) --rejoin")
    }
    return nil
  }
}

extension EnrolmentService {
  /// The result of an earlier copy of a join request; nil for an unused token.
  ///
  /// A join may be interrupted after its token was used up and before the host has its certificate. The token's id
  /// identifies the request: the same machine with the same key gets the same certificate again, while both token and
  /// certificate would be valid. Every other caller gets the error for a used token.
  /// - Throws: ``FleetError`` with code `denied` for a token that another request used.
  func repeated(
    _ request: Roost_V1_JoinRequest, of tokenID: TokenID, secretHash: String, now: Timestamp,
    in transaction: FleetTransaction
  ) throws -> (host: Host, reply: Roost_V1_JoinResponse)? {
    guard let token = try transaction.usedToken(tokenID, secretHash: secretHash), let usedAt = token.usedAt else {
      return nil
    }
    let machine = try transaction.hosts().first { $0.machineID == request.machineUuid }
    if now < token.expiresAt, let machine, let earlier = try transaction.request(RequestID(tokenID.value)),
      let reply = try? Roost_V1_JoinResponse(serializedBytes: earlier.answer), reply.hostID == machine.id.description,
      let certificate = try? Certificate(pem: reply.certificatePem),
      let asked = try? CertificateRequest(pem: request.certificateRequestPem), asked.isForKey(of: certificate),
      try transaction.isRevoked(serial: certificate.serial.hex) == false
    {
      return (machine, reply)
    }
    let name =
      machine.map { " --name \($0.name.shellQuoted) --rejoin" }
      ?? token.hostName.map { " --name \($0.shellQuoted)" } ?? ""
    throw FleetError(
      .denied, "the token was used already, at \(usedAt)", hint: "make one: roost host token create\(name)")
  }
}
