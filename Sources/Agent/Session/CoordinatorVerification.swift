internal import Fleet
internal import Logging
internal import NIOCore
internal import NIOSSL
internal import PKI
internal import RoostProto
internal import Synchronization

/// Checks at each handshake that the peer is the fleet's coordinator: issuer, name, role and revocation.
final class CoordinatorVerification: Sendable {
  private let authorities: [Certificate]
  private let name: String
  private let fleetID: String
  private let trust: CoordinatorTrust
  private let wall: any WallClock
  private let logger: Logger
  /// The coordinator's certificate on this connection, and its issuer.
  private let shown = Mutex<(serial: SerialNumber, issuer: Certificate)?>(nil)

  init(
    authorities: [Certificate], name: String, fleetID: String, trust: CoordinatorTrust, wall: any WallClock,
    logger: Logger
  ) {
    self.authorities = authorities
    self.name = name
    self.fleetID = fleetID
    self.trust = trust
    self.wall = wall
    self.logger = logger
  }

  /// Implements the TLS library's callback.
  func callAsFunction(
    _ chain: [NIOSSLCertificate], _ promise: EventLoopPromise<NIOSSLVerificationResultWithMetadata>
  ) {
    do {
      guard let first = chain.first else { throw FleetError(.denied, "it shows no certificate") }
      try check(Certificate(der: first.toDERBytes()))
      promise.succeed(.certificateVerified(VerificationMetadata(nil)))
    } catch {
      logger.error("whoever answers at the coordinator's address is refused: \(error)")
      promise.succeed(.failed)
    }
  }

  /// - Throws: ``FleetError`` or `PKIError` for every peer except this fleet's coordinator.
  func check(_ certificate: Certificate) throws {
    let issuer = authorities.first { (try? certificate.verify(issuedBy: $0)) != nil } ?? authorities.first
    guard let issuer else { throw FleetError(.denied, "the host trusts no authority") }
    try certificate.verify(chainTo: issuer, at: wall.now().seconds, purpose: .server)
    guard certificate.dnsNames.contains(name), let identity = certificate.fleetIdentity, identity.role == .coordinator,
      identity.fleetID == fleetID
    else { throw FleetError(.denied, "its certificate is not that of a coordinator of this fleet") }
    guard !trust.isRevoked(certificate.serial) else {
      throw FleetError(.denied, "its certificate \(certificate.serial) is revoked: somebody else may have the key")
    }
    shown.withLock { $0 = (certificate.serial, issuer) }
  }

  /// Stores a newer revocation list, and ends the connection if it revokes the certificate with which this one was
  /// opened.
  /// - Throws: ``FleetError`` with code `denied`.
  func hear(_ list: [UInt8]) throws {
    do {
      try trust.hear(list, from: authorities)
    } catch {
      logger.error("\(error)")
    }
    guard let serial = shown.withLock({ $0?.serial }), trust.isRevoked(serial) else { return }
    throw FleetError(
      .denied, "the coordinator's certificate \(serial) is revoked; the host connects again", retryable: true)
  }

  /// Applies the authorities that the fleet trusts now.
  /// - Returns: the authorities to trust from the next connection on; nil if they have not changed, or if the
  ///   coordinator's list can't be verified.
  func hear(_ told: [Roost_V1_TrustedAuthority]) -> [Certificate]? {
    guard !told.isEmpty else { return nil }
    do {
      let next = try AuthoritySuccession(known: authorities, at: wall.now().seconds).accept(told)
      // A coordinator of an authority that loses its trust sent this; the next coordinator will repeat it.
      guard next != authorities, let issuer = shown.withLock({ $0?.issuer }), next.contains(issuer) else { return nil }
      return next
    } catch {
      logger.error("what the coordinator says of the fleet's authorities is not believed: \(error)")
      return nil
    }
  }
}
