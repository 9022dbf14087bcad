/// An Ethernet address as libvirt's documents hold it.
public struct HardwareAddress: Hashable, Sendable, CustomStringConvertible {
  /// Six octets, most significant first.
  public let octets: [UInt8]

  /// Reads six groups of one or two hexadecimal digits with colons between; nil if the text is anything else.
  public init?(_ text: String) {
    let groups = MarkupText.trimmed(text).split(separator: ":", maxSplits: 6, omittingEmptySubsequences: false)
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
  public var description: String {
    octets.map { octet in
      let digits = String(octet, radix: 16)
      return digits.utf8.count == 1 ? "0" + digits : digits
    }.joined(separator: ":")
  }

  /// Whether it names a group of stations; broadcast does too.
  // BOUNDED: there are six.
  public var isMulticast: Bool { octets[0] & 1 == 1 }

  /// Whether all six octets are zero.
  public var isZero: Bool { octets.allSatisfy { $0 == 0 } }

  /// Whether one interface may carry it.
  public var isUsable: Bool { !isMulticast && !isZero }
}
