import Fleet
import Logging
import NIOCertificateReloading
import NIOSSL
import PKI
import Platform
import Store
import Synchronization

/// The coordinator's own key and certificate. Both TLS listeners read them at each handshake, so a new pair needs no
/// restart.
final class CoordinatorKey: CertificateReloader {
  /// A key and the certificate for it.
  struct Pair: Sendable {
    let certificate: Certificate
    let keyPEM: String

    /// The pair in the TLS library's form.
    func override() throws -> NIOSSLContextConfigurationOverride {
      var override = NIOSSLContextConfigurationOverride()
      override.certificateChain = [.certificate(try NIOSSLCertificate(bytes: certificate.der, format: .der))]
      override.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem))
      return override
    }
  }

  private let directory: DataDirectory
  private let present: Mutex<(pair: Pair, override: NIOSSLContextConfigurationOverride)>

  private init(_ pair: Pair, directory: DataDirectory) throws {
    self.directory = directory
    present = Mutex((pair, try pair.override()))
  }

  /// The pair in use.
  var pair: Pair { present.withLock { $0.pair } }

  /// The configuration for the next handshake.
  var sslContextConfigurationOverride: NIOSSLContextConfigurationOverride { present.withLock { $0.override } }

  /// Reads the pair in a data directory, or makes one unless it is valid: of this authority, matching, not revoked, and
  /// with more than a third of its lifetime left.
  static func load(
    _ directory: DataDirectory, _ issuer: CertificateIssuer, listen: ListenAddress, store: FleetStore
  ) async throws -> CoordinatorKey {
    let now = issuer.clock.now()
    let authority = issuer.authorities.pair.present
    if let pair = read(directory, authority), pair.certificate.renewalTime > now.seconds {
      let serial = pair.certificate.serial.hex
      let known = try await store.read { try $0.certificate(serial: serial) }
      if known == nil { try await store.commit { try note(pair, by: authority, in: $0, issuedAt: nil) } }
      if known?.revokedAt == nil { return try CoordinatorKey(pair, directory: directory) }
    }
    let pair = try issue(issuer, by: authority, listen: listen)
    try await store.commit { try note(pair, by: authority, in: $0, issuedAt: now) }
    try write(pair, to: directory)
    return try CoordinatorKey(pair, directory: directory)
  }

  /// A new key with a certificate.
  static func issue(_ issuer: CertificateIssuer, by authority: CertificateAuthority, listen: ListenAddress) throws
    -> Pair
  {
    let issued = try issuer.issueCoordinator(listen: listen, by: authority)
    return Pair(certificate: issued.certificate, keyPEM: issued.keyPEM)
  }

  /// Records in the store that a certificate was issued to the coordinator.
  static func note(
    _ pair: Pair, by authority: CertificateAuthority, in transaction: FleetTransaction, issuedAt: Timestamp?
  ) throws {
    try transaction.insertCertificate(
      serial: pair.certificate.serial.hex, subject: Caller.coordinator, role: "coordinator", issuedAt: issuedAt,
      expiresAt: Timestamp(seconds: pair.certificate.notAfter), authority: authority.certificate.fingerprint.hex)
  }

  /// Uses another pair from the next handshake on, and stores it.
  /// - Throws: ``FleetError`` if it can't be stored; it is used all the same, and the next start makes another.
  func show(_ pair: Pair) throws {
    let override = try pair.override()
    present.withLock { $0 = (pair, override) }
    try Self.write(pair, to: directory)
  }

  private static func read(_ directory: DataDirectory, _ authority: CertificateAuthority) -> Pair? {
    guard let pem = try? directory.read(directory.certificate), let keyPEM = try? directory.read(directory.key),
      let certificate = try? Certificate(pem: pem), let key = try? PrivateKey(pem: keyPEM), key.matches(certificate),
      (try? certificate.verify(issuedBy: authority.certificate)) != nil
    else { return nil }
    return Pair(certificate: certificate, keyPEM: keyPEM)
  }

  /// After a crash between the two writes the key doesn't match the certificate, and the next start makes another pair.
  private static func write(_ pair: Pair, to directory: DataDirectory) throws {
    try AtomicFile.replace(directory.key, with: pair.keyPEM.utf8)
    try AtomicFile.replace(directory.certificate, with: pair.certificate.pem.utf8, mode: 0o644)
  }
}
