internal import COpenSSL

/// A certificate revocation list, parsed once.
///
/// Parsing proves nothing; ``verify(issuedBy:)`` does.
package struct RevocationList: @unchecked Sendable {
  /// The largest list that is read: 16 MiB of DER.
  package static let byteLimit = 16 << 20

  // SAFETY: the X509_CRL was decoded from DER and is never changed; the order of its entries, which OpenSSL sorts on
  // the first look-up, is guarded by the object's own lock.
  let handle: Handle

  /// The list in DER.
  package let der: [UInt8]

  /// The list's own growing number; nil when there is none or it exceeds 63 bits.
  package let number: Int64?

  /// When the list was made, in seconds since 1970.
  package let thisUpdate: Int64

  /// When the next list is due, in seconds since 1970; nil when the list doesn't say.
  package let nextUpdate: Int64?

  /// The revoked certificates, in the list's order.
  package let entries: [RevokedCertificate]

  /// Parses DER that holds one list and nothing else; throws `malformed` or `tooLarge`.
  package init(der: [UInt8]) throws {
    // SAFETY: the decoder is OpenSSL's for exactly this object; the pointers below are lent by the handle.
    handle = try unsafe DER.decode(der, limit: Self.byteLimit, what: "a revocation list", free: X509_CRL_free) {
      unsafe d2i_X509_CRL(nil, $0, $1)
    }
    self.der = der
    thisUpdate = try handle.withPointer { try unsafe CertificateTime.seconds(X509_CRL_get0_lastUpdate($0)) }
    nextUpdate = try handle.withPointer { list in
      guard let due = unsafe X509_CRL_get0_nextUpdate(list) else { return nil }
      return try unsafe CertificateTime.seconds(due)
    }
    number = try handle.withPointer { try unsafe Self.number(of: $0) }
    entries = try handle.withPointer { list in
      try (0..<(unsafe roost_revoked_count(list))).map { try unsafe Self.entry(roost_revoked(list, $0)) }
    }
    ERR_clear_error()
  }

  /// Parses a PEM text that holds one list block.
  package init(pem: String) throws {
    try self.init(der: PEM.decode(pem, label: "X509 CRL", limit: Self.byteLimit, what: "a revocation list"))
  }

  /// The list as PEM, ending in a newline.
  package var pem: String { PEM.encode(der, label: "X509 CRL") }

  /// The entry of a certificate, if it is on the list; the cost grows with the list.
  package func entry(for serial: SerialNumber) -> RevokedCertificate? {
    entries.first { $0.serial == serial }
  }

  /// Checks that the authority's key signed this list; throws `notAuthority`, `untrusted` or `badSignature`.
  package func verify(issuedBy authority: Certificate) throws {
    guard authority.isAuthority else {
      throw PKIError(.notAuthority, "the issuer's certificate isn't a certificate authority's")
    }
    ERR_clear_error()
    try handle.withPointer { list in
      try authority.handle.withPointer { issuer in
        // SAFETY: both are live; name and key are borrowed from them.
        guard unsafe X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(issuer)) == 0 else {
          throw PKIError(.untrusted, "another authority issued the revocation list")
        }
        try PKIError.check(
          unsafe X509_CRL_verify(list, X509_get0_pubkey(issuer)), .badSignature,
          "the revocation list's signature isn't the authority's")
      }
    }
  }

  private static func number(of list: OpaquePointer) throws -> Int64? {
    var state: Int32 = 0
    // SAFETY: the decoded integer is ours and freed here.
    guard let decoded = unsafe X509_CRL_get_ext_d2i(list, NID_crl_number, &state, nil) else {
      guard state == -1 else { throw PKIError.openSSL(.malformed, "a revocation list's number can't be read") }
      return nil
    }
    let integer = unsafe decoded.assumingMemoryBound(to: ASN1_INTEGER.self)
    defer { unsafe ASN1_INTEGER_free(integer) }
    var number: Int64 = 0
    return unsafe ASN1_INTEGER_get_int64(&number, integer) == 1 ? number : nil
  }

  private static func entry(_ revoked: OpaquePointer?) throws -> RevokedCertificate {
    guard let revoked = unsafe revoked else { throw PKIError(.malformed, "a revocation list has a gap") }
    var state: Int32 = 0
    var reason = RevokedCertificate.Reason.unspecified
    // SAFETY: the entry belongs to the list, which is live; the decoded reason is ours and freed here.
    if let decoded = unsafe X509_REVOKED_get_ext_d2i(revoked, NID_crl_reason, &state, nil) {
      let value = unsafe decoded.assumingMemoryBound(to: ASN1_ENUMERATED.self)
      defer { unsafe ASN1_ENUMERATED_free(value) }
      reason = RevokedCertificate.Reason(rawValue: unsafe ASN1_ENUMERATED_get(value))
    } else if state != -1 {
      throw PKIError.openSSL(.malformed, "a revocation's reason can't be read")
    }
    return try unsafe RevokedCertificate(
      serial: SerialNumber(X509_REVOKED_get0_serialNumber(revoked)),
      revokedAt: CertificateTime.seconds(X509_REVOKED_get0_revocationDate(revoked)), reason: reason)
  }
}

/// One entry of a revocation list: a certificate, the time and the reason.
package struct RevokedCertificate: Hashable, Sendable {
  /// The serial number of the certificate.
  package var serial: SerialNumber

  /// When it was revoked, in seconds since 1970.
  package var revokedAt: Int64

  /// The reason; ``Reason/unspecified`` is left out of the list's encoding, as the standard asks.
  package var reason: Reason

  /// Makes an entry.
  package init(serial: SerialNumber, revokedAt: Int64, reason: Reason = .unspecified) {
    self.serial = serial
    self.revokedAt = revokedAt
    self.reason = reason
  }

  /// Why a certificate is revoked, by RFC 5280's numbers (https://www.rfc-editor.org/rfc/rfc5280#section-5.3.1).
  package struct Reason: RawRepresentable, Hashable, Sendable {
    /// The standard's number.
    package var rawValue: Int

    /// A reason by the standard's number; unknown numbers can be read, but not written.
    package init(rawValue: Int) {
      self.rawValue = rawValue
    }

    /// Unspecified.
    package static let unspecified = Reason(rawValue: 0)
    /// Somebody else may have the key.
    package static let keyCompromise = Reason(rawValue: 1)
    /// The holder's role or name has changed.
    package static let affiliationChanged = Reason(rawValue: 3)
    /// Another certificate has taken its place.
    package static let superseded = Reason(rawValue: 4)
    /// The holder has left the fleet.
    package static let cessationOfOperation = Reason(rawValue: 5)
    /// The holder may no longer do what the certificate says.
    package static let privilegeWithdrawn = Reason(rawValue: 9)

    /// Whether the standard lets a complete list carry this number.
    var isWritable: Bool { (0...6).contains(rawValue) || rawValue == 9 || rawValue == 10 }
  }
}
