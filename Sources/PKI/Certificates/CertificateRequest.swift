internal import COpenSSL

/// A request for a certificate (PKCS#10) whose maker has proved possession of the private key.
///
/// Parsing checks the proof and the key policy, so a value of this type is always valid. Apart from the key its
/// contents are not trusted: ``CertificateAuthority`` takes subject and names from the profile.
package struct CertificateRequest: @unchecked Sendable {
  /// The largest request that is read: 64 KiB of DER.
  package static let byteLimit = DER.documentLimit

  // SAFETY: the X509_REQ was decoded from DER and is never changed; its encodings and its key were cached by decoding.
  let handle: Handle

  /// The request in DER.
  package let der: [UInt8]

  /// The common name it asks for; nil when there is none, or several. Not to be trusted.
  package let commonName: String?

  /// Makes and signs a request for a key.
  ///
  /// The common name has 1 to 64 characters; it is a hint for people who read the request.
  package static func create(key: PrivateKey, commonName: String) throws -> CertificateRequest {
    ERR_clear_error()
    // SAFETY: the new request is ours until the handle frees it; the subject name is borrowed from it.
    let draft = try unsafe Handle(owning: X509_REQ_new(), free: X509_REQ_free, "cannot make a certificate request")
    try draft.withPointer { draft in
      try PKIError.check(unsafe X509_REQ_set_version(draft, 0), "cannot set a request's version")
      guard let subject = unsafe X509_REQ_get_subject_name(draft) else {
        throw PKIError.openSSL(.library, "a request has no subject")
      }
      try unsafe DistinguishedName.append(commonName, as: NID_commonName, to: subject)
      try key.handle.withPointer { key in
        try PKIError.check(unsafe X509_REQ_set_pubkey(draft, key), "cannot set a request's key")
        guard unsafe X509_REQ_sign(draft, key, KeyPolicy.signatureDigest(key)) > 0 else {
          throw PKIError.openSSL(.library, "cannot sign a certificate request")
        }
      }
    }
    return try CertificateRequest(
      der: DER.encode("a request") { out in draft.withPointer { unsafe i2d_X509_REQ($0, out) } })
  }

  /// Parses DER that holds one request and nothing else, and verifies its signature and key.
  ///
  /// Throws `malformed`, `tooLarge`, `badSignature`, `weakKey` or `unsupportedKey`.
  package init(der: [UInt8]) throws {
    // SAFETY: the decoder is OpenSSL's for exactly this object; the pointers below are lent by the handle.
    handle = try unsafe DER.decode(der, limit: Self.byteLimit, what: "a certificate request", free: X509_REQ_free) {
      unsafe d2i_X509_REQ(nil, $0, $1)
    }
    self.der = der
    let handle = self.handle
    guard try DER.encode("a request", by: { out in handle.withPointer { unsafe i2d_X509_REQ($0, out) } }) == der else {
      throw PKIError(.malformed, "a certificate request isn't in distinguished encoding")
    }
    try handle.withPointer { request in
      guard let key = unsafe X509_REQ_get0_pubkey(request) else {
        throw PKIError.openSSL(.unsupportedKey, "a certificate request's key can't be read")
      }
      try unsafe KeyPolicy.check(key)
      guard unsafe KeyPolicy.isSound(signature: X509_REQ_get_signature_nid(request)) else {
        throw PKIError(.weakKey, "a certificate request is signed by an algorithm that proves too little")
      }
      try PKIError.check(
        unsafe X509_REQ_verify(request, key), .badSignature,
        "a certificate request isn't signed by the key it carries")
    }
    commonName = try handle.withPointer {
      try unsafe DistinguishedName.commonName(of: X509_REQ_get_subject_name($0))
    }
    ERR_clear_error()
  }

  /// Parses a PEM text that holds one request block; as ``init(der:)``.
  package init(pem: String) throws {
    try self.init(
      der: PEM.decode(pem, label: "CERTIFICATE REQUEST", limit: Self.byteLimit, what: "a certificate request"))
  }

  /// The request as PEM, ending in a newline.
  package var pem: String { PEM.encode(der, label: "CERTIFICATE REQUEST") }
}

extension CertificateRequest {
  /// True if it has the same key as a certificate.
  package func isForKey(of certificate: Certificate) -> Bool {
    handle.withPointer { request in
      certificate.handle.withPointer { certificate in
        // SAFETY: both public keys are borrowed from live objects; nil compares unequal.
        guard let own = unsafe X509_REQ_get0_pubkey(request), let other = unsafe X509_get0_pubkey(certificate) else {
          return false
        }
        return unsafe EVP_PKEY_eq(own, other) == 1
      }
    }
  }
}
