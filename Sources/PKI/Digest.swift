internal import COpenSSL

/// A SHA-256 digest: 32 bytes. Comparing two takes the same time wherever they differ.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
  /// The number of bytes in a digest.
  public static let byteCount = 32

  /// The 32 bytes.
  public let bytes: [UInt8]

  /// Takes exactly 32 bytes; nil for any other number.
  public init?(bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes)
    guard self.bytes.count == Digest.byteCount else { return nil }
  }

  /// Reads exactly 64 hex digits of either case; nil for anything else.
  public init?(hex: String) {
    guard let bytes = Hex.bytes(hex) else { return nil }
    self.init(bytes: bytes)
  }

  /// The digest of some bytes in memory; for streams see ``SHA256``.
  public static func sha256(_ bytes: some Collection<UInt8>) throws -> Digest {
    let hasher = try SHA256()
    try hasher.update(bytes)
    return try hasher.digest()
  }

  /// The digest as 64 lower-case hex digits.
  public var hex: String { Hex.text(bytes) }

  /// The same as ``hex``.
  public var description: String { hex }

  /// Compares in constant time.
  public static func == (left: Digest, right: Digest) -> Bool {
    equalInConstantTime(left.bytes, right.bytes)
  }

  /// Whether two secrets are equal, in a time that tells nothing but whether their lengths differ.
  public static func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    // SAFETY: both arrays hold the count of bytes that is passed.
    return unsafe CRYPTO_memcmp(left, right, left.count) == 0
  }
}
