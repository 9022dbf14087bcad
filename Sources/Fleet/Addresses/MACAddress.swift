/// The hardware address of a network interface.
public struct MACAddress: Hashable, Comparable, Sendable {
  /// The longest way to write one, in bytes; what is longer is not looked at.
  public static let longestText = 17

  /// The six bytes as a number below 2⁴⁸, first byte most significant.
  public let number: UInt64

  /// The address with this number; nil at 2⁴⁸ and above.
  public init?(number: UInt64) {
    guard number < 1 << 48 else { return nil }
    self.number = number
  }

  /// Reads `00:16:3e:5d:aa:a8`, `00-16-3E-5D-AA-A8`, `0016.3e5d.aaa8` or twelve digits.
  public init?(_ text: String) {
    guard text.utf8.count <= Self.longestText else { return nil }
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

  /// Reads an address that somebody chose for a guest.
  /// - Throws: ``FleetError`` with code `invalid` for text that is no address, and for multicast, broadcast and
  ///   all-zero addresses, which no interface may have.
  public init(choosing text: String) throws(FleetError) {
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
  public var isMulticast: Bool { number >> 40 & 1 == 1 }
  /// True for addresses that no manufacturer assigns.
  public var isLocallyAdministered: Bool { number >> 41 & 1 == 1 }
  /// True if an interface may have it: neither multicast nor all zero.
  public var isUsable: Bool { !isMulticast && number != 0 }

  public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

extension MACAddress: CustomStringConvertible {
  /// Lower case with colons, as libvirt writes it.
  public var description: String {
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
