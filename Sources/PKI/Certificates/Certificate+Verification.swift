internal import COpenSSL

extension Certificate {
  /// Checks that the authority's key signed this certificate; says nothing about times or purposes.
  ///
  /// Throws `notAuthority`, `untrusted` when the names don't meet, or `badSignature`.
  package func verify(issuedBy authority: Certificate) throws {
    guard authority.isAuthority else {
      throw PKIError(.notAuthority, "the issuer's certificate isn't a certificate authority's")
    }
    ERR_clear_error()
    try handle.withPointer { mine in
      try authority.handle.withPointer { issuer in
        // SAFETY: both certificates are live; the public key is borrowed from the issuer.
        guard unsafe X509_check_issued(issuer, mine) == X509_V_OK else {
          throw PKIError.openSSL(.untrusted, "another authority issued the certificate")
        }
        try PKIError.check(
          unsafe X509_verify(mine, X509_get0_pubkey(issuer)), .badSignature,
          "the certificate's signature isn't the authority's")
      }
    }
  }

  /// Checks that this certificate may be used at a moment, for a purpose, as one that the authority issued.
  ///
  /// The authority is the only anchor and nothing stands between: this is a fleet's own certificate, not the web's.
  /// With a revocation list, the list must be the authority's and current. Throws `notAuthority`, `untrusted`,
  /// `badSignature`, `expired`, `notYetValid`, `wrongPurpose`, `revoked`, `staleRevocationList` or `weakKey`.
  package func verify(
    chainTo authority: Certificate, at seconds: Int64, purpose: CertificatePurpose,
    revocations: RevocationList? = nil
  ) throws {
    guard authority.isAuthority else {
      throw PKIError(.notAuthority, "the trusted certificate isn't a certificate authority's")
    }
    guard !isAuthority else {
      throw PKIError(.wrongPurpose, "a certificate authority's certificate is not a \(purpose.word)'s")
    }
    ERR_clear_error()
    let store = try Self.trustStore(authority, revocations)
    let context = try unsafe Handle(
      owning: X509_STORE_CTX_new(), free: X509_STORE_CTX_free, "cannot make a verification context")
    let flags = X509_V_FLAG_X509_STRICT | (revocations == nil ? 0 : X509_V_FLAG_CRL_CHECK)
    let (result, failure, depth) = try store.withPointer { store in
      try handle.withPointer { leaf in
        try context.withPointer { context in
          // SAFETY: the context borrows store and leaf from here on, and lets go of them before the closures end.
          try PKIError.check(unsafe X509_STORE_CTX_init(context, store, leaf, nil), "cannot start a verification")
          defer { unsafe X509_STORE_CTX_cleanup(context) }
          let rules = unsafe X509_STORE_CTX_get0_param(context)
          unsafe X509_VERIFY_PARAM_set_flags(rules, UInt(flags))
          unsafe X509_VERIFY_PARAM_set_time(rules, time_t(CertificateTime.clamped(seconds)))
          unsafe X509_VERIFY_PARAM_set_depth(rules, 0)
          unsafe X509_VERIFY_PARAM_set_auth_level(rules, 2)
          try PKIError.check(
            unsafe X509_VERIFY_PARAM_set_purpose(rules, purpose.openSSLPurpose), "cannot set a purpose")
          return unsafe (
            X509_verify_cert(context), X509_STORE_CTX_get_error(context), X509_STORE_CTX_get_error_depth(context)
          )
        }
      }
    }
    ERR_clear_error()
    guard result == 1 else {
      let culprit = depth > 0 ? "the authority's certificate" : "the certificate"
      throw Self.refusal(failure, of: culprit, at: seconds, purpose: purpose)
    }
  }

  private static func trustStore(_ authority: Certificate, _ revocations: RevocationList?) throws -> Handle {
    // SAFETY: the store takes references of its own to the authority and the list.
    let store = try unsafe Handle(owning: X509_STORE_new(), free: X509_STORE_free, "cannot make a trust store")
    try store.withPointer { store in
      try authority.handle.withPointer {
        try PKIError.check(unsafe X509_STORE_add_cert(store, $0), "cannot trust an authority")
      }
      try revocations?.handle.withPointer {
        try PKIError.check(unsafe X509_STORE_add_crl(store, $0), "cannot use a revocation list")
      }
    }
    return store
  }

  private static func refusal(
    _ failure: Int32, of culprit: String, at seconds: Int64, purpose: CertificatePurpose
  ) -> PKIError {
    // SAFETY: the text is a static string of OpenSSL's, copied at once.
    let reason = unsafe X509_verify_cert_error_string(Int(failure)).map { unsafe String(cString: $0) }
    let (code, message): (PKIError.Code, String) =
      switch failure {
      case X509_V_ERR_CERT_HAS_EXPIRED: (.expired, "\(culprit) has expired")
      case X509_V_ERR_CERT_NOT_YET_VALID: (.notYetValid, "\(culprit) isn't valid yet")
      case X509_V_ERR_CERT_REVOKED: (.revoked, "\(culprit) is revoked")
      case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        (.badSignature, "the certificate's signature isn't the authority's")
      case X509_V_ERR_INVALID_PURPOSE:
        (.wrongPurpose, "\(culprit) isn't for use as a \(purpose.word)'s")
      case X509_V_ERR_CRL_HAS_EXPIRED, X509_V_ERR_CRL_NOT_YET_VALID, X509_V_ERR_UNABLE_TO_GET_CRL,
        X509_V_ERR_CRL_SIGNATURE_FAILURE:
        (.staleRevocationList, "no valid revocation list covers the moment \(seconds)")
      case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL, X509_V_ERR_CA_MD_TOO_WEAK:
        (.weakKey, "a key or digest in the chain is too weak")
      default: (.untrusted, "the certificate isn't one of this authority's")
      }
    return PKIError(code, message, reason: reason)
  }
}
