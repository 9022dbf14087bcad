internal import COpenSSL

extension CertificateAuthority {
  /// Signs a revocation list of exactly these entries.
  ///
  /// `number` must grow from list to list and isn't negative; `now` and `nextUpdate` are in seconds since 1970. Throws
  /// `invalidValue` for a time, number, reason or repeated serial that can't be written.
  package func revocationList(
    entries: [RevokedCertificate], number: Int64, now: Int64, nextUpdate: Int64
  ) throws -> RevocationList {
    guard number >= 0 else { throw PKIError(.invalidValue, "a revocation list's number is negative") }
    guard nextUpdate > now else {
      throw PKIError(.invalidValue, "a revocation list's successor is due at \(nextUpdate), not after \(now)")
    }
    guard Set(entries.map(\.serial)).count == entries.count else {
      throw PKIError(.invalidValue, "a serial number occurs twice in a revocation list")
    }
    ERR_clear_error()
    // SAFETY: the draft belongs to this function alone; OpenSSL copies or takes over what it is given.
    let draft = try unsafe Handle(owning: X509_CRL_new(), free: X509_CRL_free, "cannot make a revocation list")
    try draft.withPointer { draft in
      try unsafe fill(draft, number: number, thisUpdate: Self.beginning(now: now), nextUpdate: nextUpdate)
      for entry in entries { try unsafe Self.append(entry, to: draft) }
      unsafe X509_CRL_sort(draft)
      try key.handle.withPointer { key in
        guard unsafe X509_CRL_sign(draft, key, KeyPolicy.signatureDigest(key)) > 0 else {
          throw PKIError.openSSL(.library, "cannot sign a revocation list")
        }
      }
    }
    return try RevocationList(
      der: DER.encode("a revocation list") { out in draft.withPointer { unsafe i2d_X509_CRL($0, out) } })
  }

  private func fill(_ draft: OpaquePointer, number: Int64, thisUpdate: Int64, nextUpdate: Int64) throws {
    // SAFETY: the draft is live and ours; issuer, times, number and extension are copied into it.
    try PKIError.check(unsafe X509_CRL_set_version(draft, 1), "cannot set a revocation list's version")
    try certificate.handle.withPointer { issuer in
      try PKIError.check(
        unsafe X509_CRL_set_issuer_name(draft, X509_get_subject_name(issuer)), "cannot set an issuer")
      let identifier = try unsafe CertificateExtension.make(
        NID_authority_key_identifier, "keyid:always", issuer: issuer, subject: nil)
      try PKIError.check(
        identifier.withPointer { unsafe X509_CRL_add_ext(draft, $0, -1) }, "cannot add an extension")
    }
    try CertificateTime.withTime(thisUpdate) {
      try PKIError.check(unsafe X509_CRL_set1_lastUpdate(draft, $0), "cannot set a revocation list's time")
    }
    try CertificateTime.withTime(nextUpdate) {
      try PKIError.check(unsafe X509_CRL_set1_nextUpdate(draft, $0), "cannot set a revocation list's time")
    }
    let integer = unsafe ASN1_INTEGER_new()
    defer { unsafe ASN1_INTEGER_free(integer) }
    guard unsafe ASN1_INTEGER_set_int64(integer, number) == 1,
      unsafe X509_CRL_add1_ext_i2d(draft, NID_crl_number, integer, 0, UInt(X509V3_ADD_DEFAULT)) == 1
    else { throw PKIError.openSSL(.library, "cannot number a revocation list") }
  }

  private static func append(_ entry: RevokedCertificate, to draft: OpaquePointer) throws {
    guard entry.reason.isWritable else {
      throw PKIError(.invalidValue, "\(entry.reason.rawValue) is not a reason for a revocation")
    }
    // SAFETY: serial and time are copied; add0 takes the entry over, and only then is it no longer ours to free.
    guard let revoked = unsafe X509_REVOKED_new() else { throw PKIError.openSSL(.library, "cannot revoke") }
    var isOurs = true
    defer { if isOurs { unsafe X509_REVOKED_free(revoked) } }
    try entry.serial.withInteger {
      try PKIError.check(unsafe X509_REVOKED_set_serialNumber(revoked, $0), "cannot set a serial number")
    }
    try CertificateTime.withTime(entry.revokedAt) {
      try PKIError.check(unsafe X509_REVOKED_set_revocationDate(revoked, $0), "cannot set a revocation's time")
    }
    if entry.reason != .unspecified {
      let value = unsafe ASN1_ENUMERATED_new()
      defer { unsafe ASN1_ENUMERATED_free(value) }
      guard unsafe ASN1_ENUMERATED_set(value, entry.reason.rawValue) == 1,
        unsafe X509_REVOKED_add1_ext_i2d(revoked, NID_crl_reason, value, 0, UInt(X509V3_ADD_DEFAULT)) == 1
      else { throw PKIError.openSSL(.library, "cannot set a revocation's reason") }
    }
    try PKIError.check(unsafe X509_CRL_add0_revoked(draft, revoked), "cannot add a revocation")
    isOurs = false
  }
}
