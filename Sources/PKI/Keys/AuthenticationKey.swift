internal import COpenSSL

/// A secret key for HMAC-SHA256 (RFC 2104); the verifier needs the same key.
package struct AuthenticationKey: Sendable {
  private let bytes: [UInt8]

  /// Derives a key for one purpose from a private key, by HKDF-SHA256 (RFC 5869). The same private key and label always
  /// give the same key, and the keys of two labels are independent.
  ///
  /// Throws OpenSSL's error if it fails.
  package init(from key: PrivateKey, label: String) throws {
    let secret = try Self.authenticate(Array(key.pem().utf8), key: Array("roost".utf8))
    bytes = try Self.authenticate(Array(label.utf8) + [1], key: secret)
  }

  /// The signature of some bytes: 32 bytes.
  package func signature(of message: some Collection<UInt8>) throws -> [UInt8] {
    try Self.authenticate(Array(message), key: bytes)
  }

  /// True if a signature of some bytes is this key's; compares in constant time.
  package func isValid(_ signature: some Collection<UInt8>, of message: some Collection<UInt8>) throws -> Bool {
    Digest.equalInConstantTime(Array(signature), try self.signature(of: message))
  }

  private static func authenticate(_ message: [UInt8], key: [UInt8]) throws -> [UInt8] {
    ERR_clear_error()
    var result = [UInt8](repeating: 0, count: Digest.byteCount)
    let size = result.count
    var count = 0
    // SAFETY: every array is passed with its own count, and OpenSSL writes at most `size` bytes of the result.
    let end = unsafe EVP_Q_mac(
      nil, "HMAC", nil, "SHA256", nil, key, key.count, message, message.count, &result, size, &count)
    guard unsafe end != nil, count == size else {
      throw PKIError.openSSL(.library, "cannot authenticate bytes")
    }
    return result
  }
}
