internal import COpenSSL

/// Which keys the fleet accepts: EC on P-256 or P-384, RSA from 2048 to 8192 bits, Ed25519.
enum KeyPolicy {
  /// Throws `weakKey` or `unsupportedKey` for a key outside the policy.
  static func check(_ key: OpaquePointer) throws {
    // SAFETY: the caller lends a live key; every call below only reads it.
    if unsafe EVP_PKEY_is_a(key, "ED25519") == 1 { return }
    if unsafe EVP_PKEY_is_a(key, "RSA") == 1 || EVP_PKEY_is_a(key, "RSA-PSS") == 1 {
      let bits = unsafe EVP_PKEY_get_bits(key)
      guard bits >= 2048 else { throw PKIError(.weakKey, "an RSA key has \(bits) bits, fewer than 2048") }
      guard bits <= 8192 else { throw PKIError(.unsupportedKey, "an RSA key has \(bits) bits, more than 8192") }
      return
    }
    guard unsafe EVP_PKEY_is_a(key, "EC") == 1 else {
      throw PKIError(.unsupportedKey, "a key is neither EC, RSA nor Ed25519")
    }
    try unsafe checkCurve(key)
  }

  /// Throws unless an EC key is on a named curve of the policy.
  private static func checkCurve(_ key: OpaquePointer) throws {
    // Spelled-out curve parameters can disguise a curve, and other TLS libraries refuse them.
    var explicit: Int32 = 0
    // SAFETY: the key is live; the out-parameters are locals of the size that is passed along.
    unsafe EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &explicit)
    guard explicit == 0 else {
      throw PKIError(.unsupportedKey, "an EC key spells out its curve instead of naming it")
    }
    var name = [CChar](repeating: 0, count: 80)
    var count = 0
    guard unsafe EVP_PKEY_get_group_name(key, &name, name.count, &count) == 1 else {
      throw PKIError.openSSL(.unsupportedKey, "an EC key is on no known curve")
    }
    let curve = String(decoding: name.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    guard ["prime256v1", "P-256", "secp384r1", "P-384"].contains(curve) else {
      throw PKIError(.unsupportedKey, "an EC key is on curve \(curve) instead of P-256 or P-384")
    }
  }

  /// The digest a key signs with; nil for Ed25519, which brings its own.
  static func signatureDigest(_ key: OpaquePointer) -> OpaquePointer? {
    // SAFETY: the caller lends a live key; digests are static objects of OpenSSL.
    if unsafe EVP_PKEY_is_a(key, "ED25519") == 1 { return nil }
    return unsafe EVP_PKEY_get_bits(key) == 384 ? EVP_sha384() : EVP_sha256()
  }

  /// Whether a signature algorithm is sound enough to prove possession of a key.
  static func isSound(signature algorithm: Int32) -> Bool {
    [
      NID_ecdsa_with_SHA256, NID_ecdsa_with_SHA384, NID_ecdsa_with_SHA512, NID_sha256WithRSAEncryption,
      NID_sha384WithRSAEncryption, NID_sha512WithRSAEncryption, NID_rsassaPss, NID_ED25519,
    ].contains(algorithm)
  }
}
