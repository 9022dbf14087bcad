internal import COpenSSL

/// A fleet's certificate authority: its certificate and its key, with which it signs.
///
/// It has no clock, no files and no record of what it issued: callers pass in the time and store the results.
package struct CertificateAuthority: Sendable {
  /// The default lifetime of an authority: ten years, in seconds.
  package static let defaultLifetimeSeconds: Int64 = 3650 * 86_400

  /// How long before now a certificate begins, for clocks that are behind, in seconds.
  package static let clockSkewSeconds: Int64 = 300

  /// The fleet of this authority.
  package let fleetID: String

  /// The authority's own certificate, the fleet's only trust anchor.
  package let certificate: Certificate

  /// The authority's key.
  package let key: PrivateKey

  let random: SystemRandom

  /// Makes a new authority: an EC P-256 key and a self-signed certificate.
  ///
  /// `name` becomes the subject's common name, 1 to 64 characters. `now` is in seconds since 1970. Throws
  /// `invalidValue` for a fleet id, name or time that isn't allowed.
  package static func create(
    fleetID: String, name: String, now: Int64, lifetimeSeconds: Int64 = defaultLifetimeSeconds,
    random: SystemRandom
  ) throws -> CertificateAuthority {
    guard FleetIdentity.isFleetID(fleetID) else {
      throw PKIError(.invalidValue, "a fleet id has 1 to 63 of a-z, 0-9 and inner -")
    }
    let key = try PrivateKey.generate()
    let draft = try CertificateDraft(
      serial: .random(from: random), notBefore: beginning(now: now),
      notAfter: CertificateTime.adding(lifetimeSeconds, to: now))
    try fill(draft, fleetID: fleetID, name: name, key: key, issuer: nil)
    return try CertificateAuthority(certificate: draft.signed(by: key), key: key, random: random)
  }

  /// Fills a draft of an authority's certificate: self-issued, or, with an issuer, an endorsement.
  static func fill(
    _ draft: CertificateDraft, fleetID: String, name: String, key: PrivateKey, issuer: Certificate?
  ) throws {
    try draft.appendSubject(NID_organizationName, fleetID)
    try draft.appendSubject(NID_commonName, name)
    try draft.setIssuer(issuer)
    try draft.setPublicKey(key)
    try draft.addExtension(NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
    try draft.addExtension(NID_key_usage, "critical,keyCertSign,cRLSign")
    try draft.addExtension(NID_subject_key_identifier, "hash")
    try draft.addExtension(NID_authority_key_identifier, "keyid:always", issuer: issuer)
    var names = SubjectAlternativeNames()
    names.uris = [FleetIdentity.fleetURI(fleetID)]
    try draft.addNames(names)
  }

  /// Loads an authority from the PEM of ``certificate`` and ``key``.
  ///
  /// Throws what ``Certificate/init(pem:)`` and ``PrivateKey/init(pem:passphrase:)`` throw, and as
  /// ``init(certificate:key:random:)``.
  package init(certificatePEM: String, keyPEM: String, passphrase: String? = nil, random: SystemRandom) throws {
    try self.init(
      certificate: Certificate(pem: certificatePEM), key: PrivateKey(pem: keyPEM, passphrase: passphrase),
      random: random)
  }

  /// Makes an authority of its certificate and key; throws `notAuthority`, `keyMismatch` or `badSignature` if they
  /// don't fit.
  package init(certificate: Certificate, key: PrivateKey, random: SystemRandom) throws {
    guard let fleetID = certificate.authorityFleetID else {
      throw PKIError(.notAuthority, "the certificate isn't a fleet's certificate authority's")
    }
    guard key.matches(certificate) else {
      throw PKIError(.keyMismatch, "the private key isn't the authority's")
    }
    try certificate.verify(issuedBy: certificate)
    self.fleetID = fleetID
    self.certificate = certificate
    self.key = key
    self.random = random
  }

  /// The first moment of a certificate that is signed now.
  static func beginning(now: Int64) throws -> Int64 {
    guard CertificateTime.range.contains(now) else {
      throw PKIError(.invalidValue, "the moment \(now) is outside the years 1970 to 9999")
    }
    return max(0, now - clockSkewSeconds)
  }
}
