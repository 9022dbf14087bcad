internal import COpenSSL

/// A SHA-256 digest: 32 bytes. Comparing two takes the same time wherever they differ.
package struct Digest: Hashable, Sendable, CustomStringConvertible {
  /// The number of bytes in a digest.
  package static let byteCount = 32

  /// The 32 bytes.
  package let bytes: [UInt8]

  /// Takes exactly 32 bytes; nil for any other number.
  package init?(bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes)
    guard self.bytes.count == Digest.byteCount else { return nil }
  }

  /// Reads exactly 64 hex digits of either case; nil for anything else.
  package init?(hex: String) {
    guard let bytes = Hex.bytes(hex) else { return nil }
    self.init(bytes: bytes)
  }

  /// The digest of some bytes in memory; for streams see ``SHA256``.
  package static func sha256(_ bytes: some Collection<UInt8>) throws -> Digest {
    let hasher = try SHA256()
    try hasher.update(bytes)
    return try hasher.digest()
  }

  /// The digest as 64 lower-case hex digits.
  package var hex: String { Hex.text(bytes) }

  /// The same as ``hex``.
  package var description: String { hex }

  /// Compares in constant time.
  package static func == (left: Digest, right: Digest) -> Bool {
    equalInConstantTime(left.bytes, right.bytes)
  }

  /// Whether two secrets are equal, in a time that tells nothing but whether their lengths differ.
  package static func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    // SAFETY: both arrays hold the count of bytes that is passed.
    return unsafe CRYPTO_memcmp(left, right, left.count) == 0
  }
}

/// Bytes as hex digits, lower case on the way out and either case on the way in.
enum Hex {
  /// Two lower-case digits per byte.
  static func text(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 0x0f)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of an even number of digits; nil for anything else.
  static func bytes(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
