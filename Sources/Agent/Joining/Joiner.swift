internal import Fleet
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
package import Logging
internal import PKI
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// Makes this host a member of a fleet, once.
package struct Joiner: Sendable {
  /// The result.
  package struct Outcome: Sendable {
    /// The host's name in the fleet.
    package let hostName: String
    /// The host's id.
    package let hostID: String
    /// The fleet's id.
    package let fleetID: String
    /// The address that the agent will connect to.
    package let linkAddress: String
  }

  private static let limit = Duration.seconds(15)

  let directory: StateDirectory
  let libvirtURI: String
  let environment: AgentEnvironment
  let logger: Logger
  private let hypervisor: (any Hypervisor)?

  /// Prepares to join.
  /// - Parameters:
  ///   - libvirtURI: libvirt's URI, by which the agent will reach it.
  ///   - hypervisor: the host's virtual machines; nil for the libvirt at that URI.
  package init(
    directory: StateDirectory, libvirtURI: String, environment: AgentEnvironment, logger: Logger,
    hypervisor: (any Hypervisor)? = nil
  ) {
    self.hypervisor = hypervisor
    self.directory = directory
    self.libvirtURI = libvirtURI
    self.environment = environment
    self.logger = logger
  }

  /// Joins with the line that `roost host token create` printed.
  package func join(token text: String) async throws -> Outcome {
    try await join(JoinToken(parsing: text))
  }

  /// Exchanges the token for a certificate and writes everything to the state directory.
  ///
  /// Before the secret leaves this host, the coordinator must present the authority that the token pins, and then prove
  /// in a second connection that this authority issued its certificate.
  func join(_ token: JoinToken) async throws -> Outcome {
    guard token.expiresAt > environment.wallClock.now() else {
      throw FleetError(
        .denied, "the token expired at \(token.expiresAt)", hint: "make a new one: roost host token create")
    }
    try directory.prepare()
    let address = try CoordinatorAddress(token.address)
    let machine = try await machineUUID()
    let authority = try await pinnedAuthority(token, at: address)
    let key = try key(for: token)
    let hostname = HostName.current
    let request = try CertificateRequest.create(key: key, commonName: String(hostname.prefix(64)))
    let earlier = try directory.read("identity.json", as: AgentIdentity.self)
    let message = Roost_V1_JoinRequest.with {
      $0.tokenID = token.id.description
      $0.secret = .init(token.secret)
      $0.certificateRequestPem = request.pem
      $0.hostname = hostname
      $0.hostID = earlier?.hostID ?? ""
      $0.machineUuid = machine
    }
    let reply: Roost_V1_JoinResponse
    do {
      reply = try await send(message, to: address, trusting: authority)
    } catch var failure as FleetError where failure.code == .unreachable || failure.code == .timedOut {
      failure.hint = "type the same again: the token is good for this host until \(token.expiresAt)"
      throw failure
    }
    let outcome = try keep(reply, key: key, authority: authority)
    try HostFile.remove(directory.file(PendingJoin.file))
    return outcome
  }

  /// The key for a token: the one that an earlier attempt with this token made, or a new one. A new key is stored
  /// before the request is sent.
  private func key(for token: JoinToken) throws -> PrivateKey {
    if let draft = try? directory.read(PendingJoin.file, as: PendingJoin.self), draft.tokenID == token.id.description,
      let key = try? PrivateKey(pem: draft.keyPEM)
    {
      return key
    }
    let key = try PrivateKey.generate()
    try directory.write(PendingJoin(tokenID: token.id.description, keyPEM: try key.pem()), to: PendingJoin.file)
    return key
  }

  /// libvirt's UUID of this host.
  private func machineUUID() async throws -> String {
    if let hypervisor { return try await hypervisor.capabilities().hostUUID }
    let hypervisor = try LibvirtHypervisor(uri: libvirtURI, environment: environment, logger: logger)
    do {
      try await hypervisor.connect()
      return try await hypervisor.capabilities().hostUUID
    } catch {
      let cause = FleetError(libvirt: error)
      throw FleetError(
        .unreachable, "libvirt at \(libvirtURI.printable) is not reachable: \(cause.message)",
        hint: "roost-agent check")
    }
  }

  /// Fetches the authority without trusting the connection, and compares it with the token's fingerprint.
  private func pinnedAuthority(_ token: JoinToken, at address: CoordinatorAddress) async throws -> Certificate {
    let security = HTTP2ClientTransport.Posix.TransportSecurity.tls { tls in
      tls.serverCertificateVerification = .noVerification
    }
    let transport = try CoordinatorConnection.transport(
      to: address, named: CoordinatorConnection.enrolmentName, security)
    let pem = try await environment.limit("the coordinator at \(token.address)", to: Self.limit) {
      try await CoordinatorConnection.with(transport) { client in
        try await Self.called(token.address) {
          try await Roost_V1_Enrolment.Client(wrapping: client).getAuthority(.init()).authorityPem
        }
      }
    }
    let wrong = FleetError(
      .denied,
      "the coordinator at \(token.address) is not the one that made this token: its authority has another"
        + " fingerprint",
      hint: "check the address, and make a new token on the right coordinator: roost host token create")
    guard let authority = try? Certificate(pem: pem), let pin = Digest(hex: token.authorityFingerprint),
      authority.isAuthority, authority.fingerprint == pin
    else { throw wrong }
    return authority
  }

  /// Joins over a connection that trusts only the pinned authority.
  private func send(
    _ request: Roost_V1_JoinRequest, to address: CoordinatorAddress, trusting authority: Certificate
  ) async throws -> Roost_V1_JoinResponse {
    let anchor = authority.der
    let security = HTTP2ClientTransport.Posix.TransportSecurity.tls { tls in
      tls.trustRoots = .certificates([.bytes(anchor, format: .der)])
      tls.serverCertificateVerification = .fullVerification
    }
    let transport = try CoordinatorConnection.transport(
      to: address, named: CoordinatorConnection.enrolmentName, security)
    return try await environment.limit("joining", to: Self.limit) {
      try await CoordinatorConnection.with(transport) { client in
        try await Self.called("\(address.host):\(address.port)") {
          try await Roost_V1_Enrolment.Client(wrapping: client).join(request)
        }
      }
    }
  }

  /// Verifies the answer and stores it, credentials last.
  private func keep(
    _ reply: Roost_V1_JoinResponse, key: PrivateKey, authority: Certificate
  ) throws -> Outcome {
    let now = environment.wallClock.now().seconds
    let certificate: Certificate
    do {
      certificate = try Certificate(pem: reply.certificatePem)
      try certificate.verify(
        chainTo: authority, at: max(certificate.notBefore, min(now, certificate.notAfter)), purpose: .client)
      guard key.matches(certificate), certificate.fleetIdentity?.id == reply.hostID,
        certificate.fleetIdentity?.fleetID == reply.fleetID, FleetID(reply.fleetID) != nil
      else { throw FleetError(.denied, "the coordinator's certificate is for another host or key") }
    } catch let error as PKIError {
      throw FleetError(.denied, "the coordinator's certificate is not acceptable: \(error)")
    }
    _ = try CoordinatorAddress(reply.linkAddress)
    // A revocation list of another authority, or a damaged one, is of no use for this one's coordinators.
    let isKnown = (try? Credentials(from: directory))??.authorities.contains(authority) == true
    if !isKnown || (try? CoordinatorTrust(directory)) == nil {
      try CoordinatorTrust.forget(in: directory)
    }
    try directory.write(
      AgentIdentity(
        fleetID: reply.fleetID, hostID: reply.hostID, hostName: reply.hostName, linkAddress: reply.linkAddress,
        libvirtURI: libvirtURI,
        // BOUNDED: two times of this century: the certificate was verified.
        clockSkewSeconds: now - (certificate.notBefore + CertificateAuthority.clockSkewSeconds)),
      to: "identity.json")
    let credentials = Credentials(keyPEM: try key.pem(), certificate: certificate, authorities: [authority])
    try credentials.write(to: directory)
    return Outcome(
      hostName: reply.hostName, hostID: reply.hostID, fleetID: reply.fleetID, linkAddress: reply.linkAddress)
  }

  /// Makes a call and translates its failure into Roost's own error.
  private static func called<Value>(_ address: String, _ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as RPCError {
      var failure = FleetError(error)
      if failure.code == .unreachable {
        failure.message = "the coordinator at \(address) can't be reached: \(failure.message)"
      }
      throw failure
    }
  }
}
