/// The hardware address of a network interface.
package struct MACAddress: Hashable, Comparable, Sendable {
  /// The longest text of an address, in bytes; a longer text is refused unread.
  package static let longestText = 17

  /// The six bytes as a number below 2⁴⁸, first byte most significant.
  package let number: UInt64

  /// The address with this number; nil at 2⁴⁸ and above.
  package init?(number: UInt64) {
    guard number < 1 << 48 else { return nil }
    self.number = number
  }

  /// Reads `00:16:3e:5d:aa:a8`, `00-16-3E-5D-AA-A8`, `0016.3e5d.aaa8` or twelve digits.
  package init?(_ text: String) {
    guard text.utf8.count <= Self.longestText else { return nil }
    if let number = Self.number(ofCanonical: text) {
      self.number = number
      return
    }
    let separators: [Character: Int] = [":": 2, "-": 2, ".": 4]
    var groups = [text[...]]
    var width = 12
    if let separator = text.first(where: { separators[$0] != nil }), let found = separators[separator] {
      groups = text.split(separator: separator, omittingEmptySubsequences: false)
      width = found
    }
    guard groups.count * width == 12, groups.allSatisfy({ $0.utf8.count == width }) else { return nil }
    guard let bytes = Hexadecimal.bytes(groups.joined()) else { return nil }
    number = bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The number of an address with colons, which is how nearly all come: one pass, no texts in between.
  private static func number(ofCanonical text: String) -> UInt64? {
    guard text.utf8.count == longestText else { return nil }
    var (number, index): (UInt64, Int) = (0, 0)
    for byte in text.utf8 {
      if index % 3 == 2 {
        guard byte == UInt8(ascii: ":") else { return nil }
      } else {
        guard let digit = Hexadecimal.value(of: byte) else { return nil }
        number = number << 4 | UInt64(digit)
      }
      // BOUNDED: the text's length.
      index += 1
    }
    return number
  }

  /// Reads an address that a person chose for a guest.
  /// - Throws: ``FleetError`` with code `invalid` for a text that is not an address, and for multicast, broadcast and
  ///   all-zero addresses, which no interface may have.
  package init(choosing text: String) throws(FleetError) {
    guard let address = MACAddress(text) else {
      throw FleetError(
        .invalid, "\"\(text.printable)\" is not a MAC address", hint: "write it as 02:16:3e:5d:aa:a8")
    }
    guard address.isUsable else {
      let kind = address.number == 0 ? "all-zero" : address.number == (1 << 48) - 1 ? "broadcast" : "multicast"
      throw FleetError(.invalid, "\(address) is the \(kind) address, which no interface may have")
    }
    self = address
  }

  /// True for group addresses, broadcast included.
  package var isMulticast: Bool { number >> 40 & 1 == 1 }
  /// True for addresses that no manufacturer assigns.
  package var isLocallyAdministered: Bool { number >> 41 & 1 == 1 }
  /// True if an interface may have it: neither multicast nor all zero.
  package var isUsable: Bool { !isMulticast && number != 0 }

  package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

extension MACAddress: CustomStringConvertible {
  /// Lower case with colons, as libvirt writes it.
  package var description: String {
    String(unsafeUninitializedCapacity: 17) { buffer in
      for index in 0..<17 {
        if index % 3 == 2 {
          buffer[index] = UInt8(ascii: ":")
        } else {
          buffer[index] = Hexadecimal.digit(number >> UInt64(44 - 4 * (index / 3 * 2 + index % 3)))
        }
      }
      return 17
    }
  }
}

/// As a number.
extension MACAddress: Codable {
  package init(from decoder: any Decoder) throws {
    let number = try decoder.singleValueContainer().decode(UInt64.self)
    guard let address = MACAddress(number: number) else { throw decoder.refusal("\(number) is not a MAC address") }
    self = address
  }

  /// Writes the number.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(number)
  }
}

/// All MAC addresses from one to another, both included.
package struct MACRange: Hashable, Sendable {
  /// The lowest address.
  package let first: MACAddress
  /// The highest address, not below the lowest.
  package let last: MACAddress

  /// Makes a range.
  /// - Throws: ``FleetError`` with code `invalid` for an empty range or one with addresses no interface may have.
  package init(first: MACAddress, last: MACAddress) throws(FleetError) {
    guard first <= last else { throw FleetError(.invalid, "the MAC range \(first)-\(last) is empty") }
    guard first.isUsable, last.isUsable, first.number >> 40 == last.number >> 40 else {
      throw FleetError(.invalid, "the MAC range \(first)-\(last) holds addresses that no interface may have")
    }
    self.first = first
    self.last = last
  }

  /// Reads one address, `FIRST-LAST`, or a prefix of one to five bytes such as `00:16:3e`.
  /// - Throws: ``FleetError`` with code `invalid`.
  package init(parsing text: String) throws(FleetError) {
    let refusal = FleetError(
      .invalid, "\"\(text.printable)\" is neither a MAC address nor a range nor a prefix",
      hint: "write 02:16:3e:5d:aa:a8, 02:16:3e:00:00:00-02:16:3e:00:00:ff or 02:16:3e")
    guard text.utf8.count <= 2 * MACAddress.longestText + 1 else { throw refusal }
    if let mac = MACAddress(text) {
      try self.init(first: mac, last: mac)
      return
    }
    // A dash may also separate the bytes of an address, so each dash is tried as the one between the ends.
    for index in text.indices where text[index] == "-" {
      guard let first = MACAddress(String(text[..<index])),
        let last = MACAddress(String(text[text.index(after: index)...]))
      else { continue }
      try self.init(first: first, last: last)
      return
    }
    guard let pool = try? MACPool(name: "", prefix: text.replacing("-", with: ":")) else { throw refusal }
    try self.init(first: pool.first, last: pool.last)
  }

  /// How many addresses there are.
  package var count: UInt64 { last.number - first.number + 1 }

  /// True if the range contains the address.
  package func contains(_ address: MACAddress) -> Bool { first <= address && address <= last }

  /// True if both ranges contain a common address.
  package func overlaps(_ other: MACRange) -> Bool { first <= other.last && other.first <= last }
}

extension MACRange: CustomStringConvertible {
  /// `FIRST-LAST`, or the only address.
  package var description: String { first == last ? "\(first)" : "\(first)-\(last)" }
}

/// A MAC address, or a part of one, in any common notation: `5d:aa:a8`, `00-16-3E-5D-AA-A8`, `0016.3e5d.aaa8`.
package struct MACPattern: Hashable, Sendable {
  private let digits: Int
  private let number: UInt64

  /// Reads two to twelve hexadecimal digits in either case, with or without separators.
  /// - Throws: ``FleetError`` with code `invalid`.
  package init(_ text: String) throws(FleetError) {
    var number: UInt64 = 0
    var digits = 0
    // Twelve digits with separators.
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

  /// The address, if the pattern is a whole one.
  package var address: MACAddress? { digits == 12 ? MACAddress(number: number) : nil }

  /// True if the address contains the part; a part of whole bytes must begin at a byte.
  package func matches(_ address: MACAddress) -> Bool {
    let mask = (UInt64(1) << UInt64(4 * digits)) - 1
    let step = digits % 2 == 0 ? 2 : 1
    return stride(from: 0, through: 12 - digits, by: step).contains { shift in
      address.number >> UInt64(4 * shift) & mask == number
    }
  }

  private static func refusal(_ text: String) -> FleetError {
    FleetError(
      .invalid, "\"\(text.printable)\" is neither a MAC address nor a part of one",
      hint: "write 02:16:3e:5d:aa:a8 or 5d:aa:a8")
  }
}
