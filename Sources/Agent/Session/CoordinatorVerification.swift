internal import Fleet
internal import Logging
internal import NIOCore
internal import NIOSSL
internal import PKI
internal import Synchronization

/// Checks at each handshake that the other side is the fleet's coordinator: the authority's certificate, the name, the
/// role, and that it is not revoked.
final class CoordinatorVerification: Sendable {
  private let authority: Certificate
  private let name: String
  private let fleetID: String
  private let trust: CoordinatorTrust
  private let wall: any WallClock
  private let logger: Logger
  private let shown = Mutex<SerialNumber?>(nil)

  init(
    authority: Certificate, name: String, fleetID: String, trust: CoordinatorTrust, wall: any WallClock, logger: Logger
  ) {
    self.authority = authority
    self.name = name
    self.fleetID = fleetID
    self.trust = trust
    self.wall = wall
    self.logger = logger
  }

  /// Answers the TLS library.
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

  /// - Throws: ``FleetError`` or `PKIError` for anybody but this fleet's coordinator.
  func check(_ certificate: Certificate) throws {
    try certificate.verify(chainTo: authority, at: wall.now().seconds, purpose: .server)
    guard certificate.dnsNames.contains(name), let identity = certificate.fleetIdentity, identity.role == .coordinator,
      identity.fleetID == fleetID
    else { throw FleetError(.denied, "its certificate is not that of a coordinator of this fleet") }
    guard !trust.isRevoked(certificate.serial) else {
      throw FleetError(.denied, "its certificate \(certificate.serial) is revoked: somebody else may have the key")
    }
    shown.withLock { $0 = certificate.serial }
  }

  /// Takes in a newer list, and ends the connection if it names the certificate that this one was opened with.
  /// - Throws: ``FleetError`` with code `denied`.
  func hear(_ list: [UInt8]) throws {
    do {
      try trust.hear(list, from: authority)
    } catch {
      logger.error("\(error)")
    }
    guard let serial = shown.withLock({ $0 }), trust.isRevoked(serial) else { return }
    throw FleetError(
      .denied, "the coordinator's certificate \(serial) is revoked; the host connects again", retryable: true)
  }
}
