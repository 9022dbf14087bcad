import Fleet
import PKI

/// Issues certificates of the fleet and identifies their holders.
struct CertificateIssuer: Sendable {
  /// The lifetime of a host's certificate: 90 days, renewed at two thirds.
  static let agentLifetime: Int64 = 90 * 86400
  /// The lifetime of an operator's certificate.
  static let operatorLifetime: Int64 = 365 * 86400
  /// The lifetime of the coordinator's own certificate; it is replaced when a third is left.
  static let coordinatorLifetime: Int64 = 2 * 365 * 86400
  /// The names by which agents and users verify the coordinator, whatever its address is.
  static let serverNames = ["coordinator.roost.internal", "enrolment.roost.internal", "localhost"]

  let authorities: FleetAuthorities
  let fleetID: FleetID
  let clock: any WallClock

  /// The identity in a certificate of this fleet.
  ///
  /// TLS checked the certificate when the connection began, and its authority may have been replaced since.
  /// - Throws: ``FleetError`` with code `denied` for a certificate that none of the fleet's authorities signed, and for
  ///   one that identifies no member of this fleet.
  func identity(
    ofDER der: [UInt8]
  ) throws -> (identity: FleetIdentity, certificate: Certificate, issuer: CertificateAuthority) {
    let certificate = try Certificate(der: der)
    let issuer = try authorities.issuer(of: certificate)
    guard let identity = certificate.fleetIdentity, identity.fleetID == fleetID.description else {
      throw FleetError(.denied, "the certificate names nobody of this fleet")
    }
    return (identity, certificate, issuer)
  }

  /// A certificate for a host's agent, for the key that signed the request.
  func issue(agent host: HostID, requestPEM: String, by authority: CertificateAuthority) throws -> Certificate {
    let request = try request(requestPEM)
    let profile = try CertificateProfile(
      identity: FleetIdentity(fleetID: fleetID.description, role: .agent, id: host.description),
      dnsNames: ["\(host).agent.roost.internal"])
    return try authority.issue(
      request, profile: profile, now: clock.now().seconds, lifetimeSeconds: Self.agentLifetime)
  }

  /// A key and certificate for a user.
  func issueOperator(
    named name: String, by authority: CertificateAuthority
  ) throws -> (certificate: Certificate, keyPEM: String) {
    let key = try PrivateKey.generate()
    let request = try CertificateRequest.create(key: key, commonName: name)
    let profile = try CertificateProfile(
      identity: FleetIdentity(fleetID: fleetID.description, role: .operator, id: name))
    let certificate = try authority.issue(
      request, profile: profile, now: clock.now().seconds, lifetimeSeconds: Self.operatorLifetime)
    return (certificate, try key.pem())
  }

  /// The coordinator's own key and certificate, for its fixed names and its listening address.
  func issueCoordinator(
    listen: ListenAddress, by authority: CertificateAuthority
  ) throws -> (certificate: Certificate, keyPEM: String) {
    let key = try PrivateKey.generate()
    let request = try CertificateRequest.create(key: key, commonName: "Roost coordinator")
    let hosts = Self.serverNames + (listen.isWildcard ? [] : [listen.host])
    let profile = try CertificateProfile.coordinator(
      fleetID: fleetID.description, id: fleetID.description, hosts: hosts)
    let certificate = try authority.issue(
      request, profile: profile, now: clock.now().seconds, lifetimeSeconds: Self.coordinatorLifetime)
    return (certificate, try key.pem())
  }

  private func request(_ pem: String) throws -> CertificateRequest {
    do {
      return try CertificateRequest(pem: pem)
    } catch {
      throw FleetError(.invalid, "the certificate request is not acceptable: \(error)")
    }
  }
}
