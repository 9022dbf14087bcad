/// A MAC address, or a piece of one, as people have it: `5d:aa:a8`, `00-16-3E-5D-AA-A8`, `0016.3e5d.aaa8`.
public struct MACPattern: Hashable, Sendable {
  private let digits: Int
  private let number: UInt64

  /// Reads two to twelve hexadecimal digits in either case, with or without separators.
  /// - Throws: ``FleetError`` with code `invalid`.
  public init(_ text: String) throws(FleetError) {
    var number: UInt64 = 0
    var digits = 0
    // Twelve digits, and whatever stands between them.
    guard text.utf8.count <= 64 else { throw Self.refusal(text) }
    for character in text where !":-. ".contains(character) {
      guard character.isASCII, let value = character.hexDigitValue, digits < 12 else { throw Self.refusal(text) }
      number = number << 4 | UInt64(value)
      digits += 1
    }
    guard digits >= 2 else { throw Self.refusal(text) }
    self.digits = digits
    self.number = number
  }

  /// The address, if it is a whole one.
  public var address: MACAddress? { digits == 12 ? MACAddress(number: number) : nil }

  /// True if the address has the piece in it; one of whole bytes begins at a byte.
  public func matches(_ address: MACAddress) -> Bool {
    let mask = (UInt64(1) << UInt64(4 * digits)) - 1
    let step = digits % 2 == 0 ? 2 : 1
    return stride(from: 0, through: 12 - digits, by: step).contains { shift in
      address.number >> UInt64(4 * shift) & mask == number
    }
  }

  private static func refusal(_ text: String) -> FleetError {
    FleetError(
      .invalid, "\"\(text.printable)\" is no MAC address and no part of one",
      hint: "write 02:16:3e:5d:aa:a8 or 5d:aa:a8")
  }
}
