internal import COpenSSL

/// A certificate under construction: filled in, then signed into a ``Certificate``.
struct CertificateDraft {
  private let handle: Handle

  /// An empty version 3 certificate with its serial and times.
  init(serial: SerialNumber, notBefore: Int64, notAfter: Int64) throws {
    ERR_clear_error()
    // SAFETY: here and below the draft belongs to this value alone; OpenSSL copies what it is given.
    handle = try unsafe Handle(owning: X509_new(), free: X509_free, "cannot make a certificate")
    try handle.withPointer { draft in
      try PKIError.check(unsafe X509_set_version(draft, 2), "cannot set a certificate's version")
      try serial.withInteger {
        try PKIError.check(unsafe X509_set_serialNumber(draft, $0), "cannot set a serial number")
      }
      try CertificateTime.withTime(notBefore) {
        try PKIError.check(unsafe X509_set1_notBefore(draft, $0), "cannot set a certificate's beginning")
      }
      try CertificateTime.withTime(notAfter) {
        try PKIError.check(unsafe X509_set1_notAfter(draft, $0), "cannot set a certificate's end")
      }
    }
  }

  /// Appends one part (`NID_commonName`…) to the subject.
  func appendSubject(_ part: Int32, _ text: String) throws {
    try handle.withPointer { draft in
      guard let subject = unsafe X509_get_subject_name(draft) else {
        throw PKIError.openSSL(.library, "a certificate has no subject")
      }
      try unsafe DistinguishedName.append(text, as: part, to: subject)
    }
  }

  /// Names the issuer; nil means the certificate issues itself.
  func setIssuer(_ issuer: Certificate?) throws {
    try handle.withPointer { draft in
      let set = (issuer?.handle ?? handle).withPointer { issuer in
        unsafe X509_set_issuer_name(draft, X509_get_subject_name(issuer))
      }
      try PKIError.check(set, "cannot set an issuer")
    }
  }

  /// Sets the public key out of a key pair.
  func setPublicKey(_ key: PrivateKey) throws {
    try handle.withPointer { draft in
      let set = key.handle.withPointer { unsafe X509_set_pubkey(draft, $0) }
      try PKIError.check(set, "cannot set a certificate's key")
    }
  }

  /// Sets the public key that a request carries.
  func setPublicKey(_ request: CertificateRequest) throws {
    try handle.withPointer { draft in
      let set = request.handle.withPointer { unsafe X509_set_pubkey(draft, X509_REQ_get0_pubkey($0)) }
      try PKIError.check(set, "cannot set a certificate's key")
    }
  }

  /// Adds an extension in OpenSSL's configuration words.
  ///
  /// Only for words written in this target: the little language has commas and sections, so no outside text goes in.
  func addExtension(_ kind: Int32, _ words: StaticString, issuer: Certificate? = nil) throws {
    try handle.withPointer { draft in
      try (issuer?.handle ?? handle).withPointer { issuer in
        let built = try unsafe CertificateExtension.make(kind, words, issuer: issuer, subject: draft)
        try PKIError.check(
          built.withPointer { unsafe X509_add_ext(draft, $0, -1) }, "cannot add an extension")
      }
    }
  }

  /// Adds the alternative names.
  func addNames(_ names: SubjectAlternativeNames) throws {
    try handle.withPointer { draft in
      try names.withGeneralNames { names in
        let added = unsafe X509_add1_ext_i2d(
          draft, NID_subject_alt_name, UnsafeMutableRawPointer(names), 0, UInt(X509V3_ADD_DEFAULT))
        try PKIError.check(added, "cannot add alternative names")
      }
    }
  }

  /// Signs with the authority's key and parses the result, which is what others will see.
  func signed(by key: PrivateKey) throws -> Certificate {
    try handle.withPointer { draft in
      try key.handle.withPointer { key in
        guard unsafe X509_sign(draft, key, KeyPolicy.signatureDigest(key)) > 0 else {
          throw PKIError.openSSL(.library, "cannot sign a certificate")
        }
      }
    }
    return try Certificate(
      der: DER.encode("a certificate") { out in handle.withPointer { unsafe i2d_X509($0, out) } })
  }
}
