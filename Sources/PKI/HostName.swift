internal import Glibc

/// The two ways a certificate names a machine: a DNS name or an IP address.
enum HostName: Hashable, Sendable {
  case dns(String)
  /// Four or sixteen octets in network order.
  case ip([UInt8])

  /// Reads an IP address, else a DNS name of letters, digits and hyphens; throws `invalidValue` for anything else.
  init(_ text: String) throws {
    if let octets = Self.octets(text) {
      self = .ip(octets)
    } else if Self.isDNSName(text) {
      self = .dns(text)
    } else {
      throw PKIError(
        .invalidValue, "\(String(reflecting: String(text.prefix(80)))) is neither a host name nor an IP address")
    }
  }

  /// The octets of an IPv4 or IPv6 address in its usual text form.
  static func octets(_ text: String) -> [UInt8]? {
    guard text.utf8.count < Int(INET6_ADDRSTRLEN), !text.utf8.contains(0) else { return nil }
    var octets = [UInt8](repeating: 0, count: 16)
    // SAFETY: inet_pton writes 4 bytes for AF_INET and 16 for AF_INET6; the array has 16.
    if unsafe inet_pton(AF_INET, text, &octets) == 1 { return Array(octets.prefix(4)) }
    return unsafe inet_pton(AF_INET6, text, &octets) == 1 ? octets : nil
  }

  /// The usual text form of 4 or 16 octets; nil for any other number.
  static func text(octets: [UInt8]) -> String? {
    guard octets.count == 4 || octets.count == 16 else { return nil }
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    // SAFETY: inet_ntop reads 4 or 16 bytes according to the family and writes at most the length that is passed.
    guard unsafe inet_ntop(octets.count == 4 ? AF_INET : AF_INET6, octets, &text, socklen_t(text.count)) != nil
    else { return nil }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Whether a text is a DNS name: labels of 1 to 63 letters, digits and inner hyphens, 253 bytes in all, the last
  /// label not a number.
  static func isDNSName(_ text: String) -> Bool {
    guard (1...253).contains(text.utf8.count) else { return false }
    let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard let last = labels.last, !last.allSatisfy(isDigit) else { return false }
    return labels.allSatisfy { label in
      (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
        && label.allSatisfy { isDigit($0) || isLetter($0) || $0 == UInt8(ascii: "-") }
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func isLetter(_ byte: UInt8) -> Bool {
    byte < 0x80 && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
