internal import COpenSSL

/// Extensions of certificates and revocation lists, built from OpenSSL's configuration words.
enum CertificateExtension {
  /// One extension; `issuer` and `subject` are where key identifiers are taken from.
  static func make(
    _ kind: Int32, _ words: StaticString, issuer: OpaquePointer, subject: OpaquePointer?
  ) throws -> Handle {
    var context = unsafe X509V3_CTX()
    // SAFETY: the context borrows two live certificates for the length of this function; the words are static.
    unsafe X509V3_set_ctx(&context, issuer, subject, nil, nil, 0)
    let built = unsafe X509V3_EXT_conf_nid(nil, &context, kind, words.description)
    return try unsafe Handle(owning: built, free: X509_EXTENSION_free, "cannot make the extension \(words)")
  }
}
