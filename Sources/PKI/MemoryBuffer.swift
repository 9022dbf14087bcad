internal import COpenSSL

/// OpenSSL's in-memory files (`BIO`), by which texts go in and out.
enum MemoryBuffer {
  /// A buffer that OpenSSL reads the bytes from.
  static func reading(_ bytes: [UInt8]) throws -> Handle {
    // SAFETY: BIO_write copies `count` bytes out of the array during the call.
    let bio = try unsafe Handle(owning: BIO_new(BIO_s_secmem()), free: BIO_vfree, "cannot make a memory buffer")
    guard !bytes.isEmpty else { return bio }
    let written = bio.withPointer { unsafe BIO_write($0, bytes, Int32(clamping: bytes.count)) }
    guard written == bytes.count else { throw PKIError.openSSL(.library, "cannot fill a memory buffer") }
    return bio
  }

  /// An empty buffer that OpenSSL writes into; wiped when freed.
  static func writing() throws -> Handle {
    // SAFETY: the new object goes straight into the handle that frees it.
    try unsafe Handle(owning: BIO_new(BIO_s_secmem()), free: BIO_vfree, "cannot make a memory buffer")
  }

  /// What was written into a buffer, as text.
  static func text(of bio: Handle) -> String {
    bio.withPointer { bio in
      var start: UnsafePointer<UInt8>?
      // SAFETY: the bytes belong to the BIO, which lives through this closure; they are copied here.
      let count = unsafe roost_memory_contents(bio, &start)
      return unsafe String(decoding: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self)
    }
  }
}
