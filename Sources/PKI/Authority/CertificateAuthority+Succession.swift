internal import COpenSSL

extension CertificateAuthority {
  /// Makes an authority for the same fleet, under the same name, with a key of its own.
  ///
  /// `now` is in seconds since 1970. Throws `invalidValue` for a time that isn't allowed.
  package func successor(
    now: Int64, lifetimeSeconds: Int64 = defaultLifetimeSeconds
  ) throws -> CertificateAuthority {
    try Self.create(
      fleetID: fleetID, name: certificate.commonName ?? "Roost", now: now, lifetimeSeconds: lifetimeSeconds,
      random: random)
  }

  /// Endorses another authority: a certificate for its subject and its key, signed by this one.
  ///
  /// A host that trusts this authority can trust the other by it. It ends with the sooner of both authorities. Throws
  /// `invalidValue` for another fleet's authority or an unusable time.
  package func endorse(_ successor: CertificateAuthority, now: Int64) throws -> Certificate {
    guard successor.fleetID == fleetID else {
      throw PKIError(.invalidValue, "the authority of \(successor.fleetID) can't follow that of \(fleetID)")
    }
    let draft = try CertificateDraft(
      serial: .random(from: random), notBefore: Self.beginning(now: now),
      notAfter: min(certificate.notAfter, successor.certificate.notAfter))
    try Self.fill(
      draft, fleetID: fleetID, name: successor.certificate.commonName ?? "Roost", key: successor.key,
      issuer: certificate)
    return try draft.signed(by: key)
  }
}

extension Certificate {
  /// The most certificates that a bundle holds.
  package static let bundleLimit = 8

  /// Parses a PEM text of one or several certificates.
  ///
  /// Throws `malformed` for none, more than ``bundleLimit``, or anything else between them.
  package static func bundle(pem: String) throws -> [Certificate] {
    try PEM.decodeAll(
      pem, label: "CERTIFICATE", limit: byteLimit, most: bundleLimit, what: "a bundle of certificates"
    ).map { try Certificate(der: $0) }
  }

  /// Checks that a trusted authority has endorsed this one, at a moment in seconds since 1970.
  ///
  /// Throws `notAuthority`, `untrusted`, `badSignature`, `keyMismatch`, `expired` or `notYetValid`.
  package func verify(endorsedIn endorsement: Certificate, by trusted: Certificate, at seconds: Int64) throws {
    guard let fleetID = authorityFleetID, fleetID == trusted.authorityFleetID,
      fleetID == endorsement.authorityFleetID
    else { throw PKIError(.notAuthority, "the certificate isn't the authority's of the same fleet") }
    try verify(issuedBy: self)
    try endorsement.verify(issuedBy: trusted)
    guard hasKey(of: endorsement) else {
      throw PKIError(.keyMismatch, "the endorsement is for another key")
    }
    for certificate in [self, endorsement] {
      guard seconds <= certificate.notAfter else { throw PKIError(.expired, "an authority or endorsement has expired") }
      guard seconds >= certificate.notBefore - CertificateAuthority.clockSkewSeconds else {
        throw PKIError(.notYetValid, "an authority or endorsement isn't valid yet")
      }
    }
  }

  private func hasKey(of other: Certificate) -> Bool {
    handle.withPointer { mine in
      other.handle.withPointer { other in
        // SAFETY: both public keys are borrowed from live certificates; nil compares unequal.
        guard let one = unsafe X509_get0_pubkey(mine), let two = unsafe X509_get0_pubkey(other) else { return false }
        return unsafe EVP_PKEY_eq(one, two) == 1
      }
    }
  }
}
