internal import COpenSSL

/// A private key of the fleet, kept in OpenSSL's memory.
///
/// Keys outside the policy (EC on P-256 or P-384, RSA of 2048 to 8192 bits, Ed25519) can't be loaded.
package struct PrivateKey: @unchecked Sendable {
  // SAFETY: an EVP_PKEY is never changed after construction here; OpenSSL 3 allows signing with one key from many
  // threads, its reference count and provider caches are locked (https://docs.openssl.org/3.0/man7/openssl-threads/).
  let handle: Handle

  /// Makes a new EC key on curve P-256.
  package static func generate() throws -> PrivateKey {
    ERR_clear_error()
    // SAFETY: the new key goes straight into the handle that frees it.
    return PrivateKey(
      handle: try unsafe Handle(owning: roost_generate_p256(), free: EVP_PKEY_free, "cannot generate a P-256 key"))
  }

  private init(handle: Handle) {
    self.handle = handle
  }

  /// Loads the first private key of a PEM text, at most 64 KiB.
  ///
  /// Throws `passphraseNeeded`, `wrongPassphrase`, `malformed`, `tooLarge`, `weakKey` or `unsupportedKey`. A
  /// passphrase given for a key that isn't encrypted is ignored.
  package init(pem: String, passphrase: String? = nil) throws {
    try DER.checkSize(pem.utf8.count, limit: DER.documentLimit, what: "a private key")
    let secret = try passphrase.map(Self.checkedPassphrase) ?? []
    let bio = try MemoryBuffer.reading(Array(pem.utf8))
    ERR_clear_error()
    var asked: Int32 = 0
    let key = bio.withPointer { bio in
      // SAFETY: the passphrase array outlives the call, which copies it and never keeps the pointer.
      unsafe secret.withUnsafeBufferPointer { secret in
        unsafe roost_read_private_key(bio, secret.baseAddress, Int32(clamping: secret.count), &asked)
      }
    }
    if asked != 0, unsafe key == nil {
      throw passphrase == nil
        ? PKIError.openSSL(.passphraseNeeded, "the private key is encrypted and no passphrase was given")
        : PKIError.openSSL(.wrongPassphrase, "the passphrase doesn't open the private key")
    }
    handle = try unsafe Handle(
      owning: key, free: EVP_PKEY_free, code: .malformed, "a private key isn't readable PEM")
    ERR_clear_error()
    try handle.withPointer { try unsafe KeyPolicy.check($0) }
  }

  /// The key as PKCS#8 PEM, encrypted with AES-256 when a passphrase is given.
  ///
  /// The passphrase has 1 to 1023 bytes. Encrypting takes a fraction of a second, by intent.
  package func pem(passphrase: String? = nil) throws -> String {
    ERR_clear_error()
    let info = try handle.withPointer { key in
      // SAFETY: the new object goes straight into the handle that frees (and wipes) it.
      try unsafe Handle(owning: EVP_PKEY2PKCS8(key), free: PKCS8_PRIV_KEY_INFO_free, "cannot encode a private key")
    }
    let output = try MemoryBuffer.writing()
    guard let passphrase else {
      let written = output.withPointer { output in
        info.withPointer { info in unsafe PEM_write_bio_PKCS8_PRIV_KEY_INFO(output, info) }
      }
      try PKIError.check(written, "cannot write a private key")
      return MemoryBuffer.text(of: output)
    }
    let sealed = try Self.encrypt(info, passphrase: Self.checkedPassphrase(passphrase))
    let written = output.withPointer { output in
      sealed.withPointer { sealed in unsafe PEM_write_bio_PKCS8(output, sealed) }
    }
    try PKIError.check(written, "cannot write an encrypted private key")
    return MemoryBuffer.text(of: output)
  }

  /// True if both are the same key pair, by their public halves.
  package func matches(_ other: PrivateKey) -> Bool {
    handle.withPointer { mine in
      other.handle.withPointer { other in unsafe EVP_PKEY_eq(mine, other) == 1 }
    }
  }

  /// Rounds of PBKDF2 with HMAC-SHA-256 that derive the encryption key from a passphrase.
  private static let derivationRounds: Int32 = 600_000

  private static func encrypt(_ info: Handle, passphrase: [CChar]) throws -> Handle {
    try info.withPointer { info in
      // SAFETY: the passphrase is passed with its length; -1 selects PBES2, and a nil salt asks for a random one.
      try unsafe Handle(
        owning: PKCS8_encrypt(
          -1, EVP_aes_256_cbc(), passphrase, Int32(clamping: passphrase.count), nil, 0, derivationRounds, info),
        free: X509_SIG_free, "cannot encrypt a private key")
    }
  }

  private static func checkedPassphrase(_ passphrase: String) throws -> [CChar] {
    let bytes = passphrase.utf8.map(CChar.init(bitPattern:))
    guard (1..<Int(PEM_BUFSIZE)).contains(bytes.count) else {
      throw PKIError(.invalidValue, "a passphrase has 1 to \(PEM_BUFSIZE - 1) bytes, not \(bytes.count)")
    }
    return bytes
  }
}

extension PrivateKey {
  /// Whether this key is the private half of a certificate's.
  package func matches(_ certificate: Certificate) -> Bool {
    handle.withPointer { key in
      certificate.handle.withPointer { certificate in
        // SAFETY: the public key is borrowed from the live certificate; nil compares unequal.
        guard let other = unsafe X509_get0_pubkey(certificate) else { return false }
        return unsafe EVP_PKEY_eq(key, other) == 1
      }
    }
  }

  /// Whether this key is the private half of a request's.
  package func matches(_ request: CertificateRequest) -> Bool {
    handle.withPointer { key in
      request.handle.withPointer { request in
        // SAFETY: the public key is borrowed from the live request; nil compares unequal.
        guard let other = unsafe X509_REQ_get0_pubkey(request) else { return false }
        return unsafe EVP_PKEY_eq(key, other) == 1
      }
    }
  }
}
