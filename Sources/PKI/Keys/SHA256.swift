internal import COpenSSL

/// A running SHA-256, for streams that don't fit in memory.
///
/// Not `Sendable`: one task feeds it. Hashing is work for the processor alone and never blocks on anything else.
package final class SHA256 {
  private let context: Handle

  /// A hasher that has seen nothing yet.
  package init() throws {
    ERR_clear_error()
    // SAFETY: the new context goes straight into the handle that frees it.
    context = try unsafe Handle(owning: EVP_MD_CTX_new(), free: EVP_MD_CTX_free, "cannot make a digest context")
    let started = context.withPointer { unsafe EVP_DigestInit_ex($0, EVP_sha256(), nil) }
    try PKIError.check(started, "SHA-256 isn't available")
  }

  /// Takes in the next bytes of the stream.
  package func update(_ bytes: some Collection<UInt8>) throws {
    let contiguous: Void? = try bytes.withContiguousStorageIfAvailable { try unsafe update($0) }
    if contiguous == nil {
      // SAFETY: the array lives through the closure.
      try unsafe Array(bytes).withUnsafeBufferPointer { try unsafe update($0) }
    }
  }

  /// The digest of all bytes so far; more may follow.
  package func digest() throws -> Digest {
    // SAFETY: the copy is finished instead of the original; the buffer holds the 64 bytes of OpenSSL's largest digest.
    let copy = try unsafe Handle(owning: EVP_MD_CTX_new(), free: EVP_MD_CTX_free, "cannot make a digest context")
    var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    let finished = context.withPointer { context in
      copy.withPointer { copy in
        unsafe EVP_MD_CTX_copy_ex(copy, context) == 1 ? EVP_DigestFinal_ex(copy, &bytes, &count) : 0
      }
    }
    try PKIError.check(finished, "cannot finish a SHA-256 digest")
    guard let digest = Digest(bytes: bytes.prefix(Int(count))) else {
      throw PKIError(.library, "SHA-256 yielded \(count) bytes")
    }
    return digest
  }

  private func update(_ buffer: UnsafeBufferPointer<UInt8>) throws {
    // SAFETY: OpenSSL reads exactly the buffer's count of bytes.
    let updated = context.withPointer { unsafe EVP_DigestUpdate($0, buffer.baseAddress, buffer.count) }
    try PKIError.check(updated, "cannot take in bytes for a SHA-256 digest")
  }
}
