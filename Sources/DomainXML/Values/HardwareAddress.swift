/// An Ethernet address as libvirt's documents hold it.
package struct HardwareAddress: Hashable, Sendable, CustomStringConvertible {
  /// Six octets, most significant first.
  package let octets: [UInt8]

  /// Reads six groups of one or two hexadecimal digits with colons between; nil if the text is anything else.
  package init?(_ text: String) {
    let groups = XMLText.trimmed(text).split(separator: ":", maxSplits: 6, omittingEmptySubsequences: false)
    guard groups.count == 6 else { return nil }
    var octets: [UInt8] = []
    for group in groups {
      guard (1...2).contains(group.utf8.count), let first = group.utf8.first, first != UInt8(ascii: "+"),
        let octet = UInt8(group, radix: 16)
      else { return nil }
      octets.append(octet)
    }
    self.octets = octets
  }

  /// Lower-case digits, two per octet, with colons.
  package var description: String {
    octets.map { octet in
      let digits = String(octet, radix: 16)
      return digits.utf8.count == 1 ? "0" + digits : digits
    }.joined(separator: ":")
  }

  /// Whether it names a group of stations; broadcast does too.
  // BOUNDED: there are six.
  package var isMulticast: Bool { octets[0] & 1 == 1 }

  /// Whether all six octets are zero.
  package var isZero: Bool { octets.allSatisfy { $0 == 0 } }

  /// Whether one interface may carry it.
  package var isUsable: Bool { !isMulticast && !isZero }
}

/// The one form of a UUID in which two texts can be compared.
package enum UUIDText {
  /// Lower case, with hyphens. Nil if the text is not 32 hexadecimal digits with hyphens or without.
  package static func canonical(_ text: String) -> String? {
    let trimmed = XMLText.trimmed(text).lowercased()
    let digits = trimmed.utf8.filter { $0 != UInt8(ascii: "-") }
    let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) }
    guard digits.count == 32, digits.allSatisfy(isDigit), trimmed.utf8.count <= 40 else { return nil }
    var result: [UInt8] = []
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { result.append(UInt8(ascii: "-")) }
      result.append(digit)
    }
    return String(decoding: result, as: UTF8.self)
  }
}
