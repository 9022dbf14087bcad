internal import COpenSSL

/// One OpenSSL object, freed with its last reference.
///
/// The pointer is reachable only inside ``withPointer(_:)``. A handle isn't `Sendable`: the value that keeps one
/// says why sharing is safe for its kind of object.
@safe
final class Handle {
  /// The function of OpenSSL that frees the object.
  typealias Free = @convention(c) (OpaquePointer?) -> Void

  // SAFETY: never nil, owned by this handle alone, freed only in deinit.
  private let pointer: OpaquePointer
  private let free: Free

  /// Takes ownership of what an OpenSSL constructor returned; nil throws its error with the given code.
  init(
    owning pointer: OpaquePointer?, free: Free,
    code: PKIError.Code = .library, _ message: @autoclosure () -> String
  ) throws {
    guard let pointer = unsafe pointer else { throw PKIError.openSSL(code, message()) }
    unsafe self.pointer = pointer
    unsafe self.free = free
  }

  deinit {
    // SAFETY: the last reference is gone, and nobody keeps the pointer beyond withPointer.
    unsafe free(pointer)
  }

  /// Lends the pointer for the length of the closure.
  @safe
  func withPointer<Result>(_ body: (OpaquePointer) throws -> Result) rethrows -> Result {
    // SAFETY: `self` is kept alive until the closure returns.
    try withExtendedLifetime(self) { try unsafe body(pointer) }
  }
}

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

/// The system's source of unpredictable bytes, OpenSSL's generator, as a value to pass along.
package struct SystemRandom: Sendable {
  /// The source; mains make it and hand it on.
  package init() {}

  /// Fresh random bytes, 0 to 1 MiB of them; throws `library` when the generator isn't seeded.
  package func bytes(_ count: Int) throws -> [UInt8] {
    guard (0...1 << 20).contains(count) else {
      throw PKIError(.invalidValue, "\(count) random bytes were asked for, the most is 1 MiB")
    }
    var bytes = [UInt8](repeating: 0, count: count)
    // SAFETY: RAND_bytes fills exactly the array's count.
    let filled = unsafe RAND_bytes(&bytes, Int32(count))
    try PKIError.check(filled, "no random bytes are to be had")
    return bytes
  }
}
