internal import COpenSSL

/// A certificate's serial number: positive, at most 20 octets, written as lower-case hex.
package struct SerialNumber: Hashable, Sendable, CustomStringConvertible {
  /// The octets, most significant first, without leading zeros.
  package let bytes: [UInt8]

  /// Reads an even number of hex digits; nil for anything else, for zero, and for more than 20 octets.
  package init?(hex: String) {
    guard let bytes = Hex.bytes(hex) else { return nil }
    self.init(bytes: bytes)
  }

  /// Takes octets, most significant first; nil for zero and for more than 20 octets.
  init?(bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes.drop { $0 == 0 })
    guard (1...20).contains(self.bytes.count) else { return nil }
  }

  /// A new serial of 16 octets, 126 of its bits random.
  static func random(from random: SystemRandom) throws -> SerialNumber {
    var bytes = try random.bytes(16)
    // Positive, and always 16 octets long.
    bytes[0] = bytes[0] & 0x7f | 0x40
    guard let serial = SerialNumber(bytes: bytes) else {
      throw PKIError(.library, "a random serial number is out of range")
    }
    return serial
  }

  /// Lower-case hex, two digits per octet.
  package var hex: String { Hex.text(bytes) }

  /// The same as ``hex``.
  package var description: String { hex }
}

extension SerialNumber {
  /// The serial in an ASN.1 integer; throws `malformed` for zero, negatives and oversize.
  init(_ integer: UnsafePointer<ASN1_INTEGER>?) throws {
    // SAFETY: the caller lends a live integer; its bytes are copied here.
    guard let integer = unsafe integer, unsafe ASN1_STRING_type(integer) == V_ASN1_INTEGER,
      let start = unsafe ASN1_STRING_get0_data(integer),
      let serial = unsafe SerialNumber(
        bytes: UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(integer))))
    else { throw PKIError(.malformed, "a serial number isn't a positive number of at most 20 octets") }
    self = serial
  }

  /// Lends the serial as an ASN.1 integer.
  @safe
  func withInteger<Result>(_ body: (UnsafeMutablePointer<ASN1_INTEGER>) throws -> Result) throws -> Result {
    // SAFETY: the number and the integer are ours and freed here; the integer copies the number.
    let number = unsafe BN_bin2bn(bytes, Int32(bytes.count), nil)
    defer { unsafe BN_free(number) }
    guard let integer = unsafe BN_to_ASN1_INTEGER(number, nil) else {
      throw PKIError.openSSL(.library, "cannot encode a serial number")
    }
    defer { unsafe ASN1_INTEGER_free(integer) }
    return try unsafe body(integer)
  }
}
