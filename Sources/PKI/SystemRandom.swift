internal import COpenSSL

/// The system's source of unpredictable bytes, OpenSSL's generator, as a value to pass along.
public struct SystemRandom: Sendable {
  /// The source; mains make it and hand it on.
  public init() {}

  /// Fresh random bytes, 0 to 1 MiB of them; throws `library` when the generator isn't seeded.
  public func bytes(_ count: Int) throws -> [UInt8] {
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
