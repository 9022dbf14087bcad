/// Recognises IP addresses.
package enum IPAddress {
  /// True for an IPv4 address such as `127.0.0.1` and for an IPv6 address such as `::1`, without brackets or zone.
  package static func isAddress(_ text: String) -> Bool { isVersion4(text) || isVersion6(text) }

  /// True for four numbers of 0…255 without leading zeros.
  static func isVersion4(_ text: String) -> Bool {
    guard text.utf8.count <= 15 else { return false }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
          && UInt8(part)?.description == String(part)
      }
  }

  /// True for eight groups of up to four hexadecimal digits, one run of which may be written as `::`.
  static func isVersion6(_ text: String) -> Bool {
    guard text.utf8.count <= 39 else { return false }
    let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
    let groups = halves.filter { !$0.isEmpty }
      .flatMap { $0.split(separator: ":", omittingEmptySubsequences: false) }
    let isComplete = halves.count == 1 ? groups.count == 8 : halves.count == 2 && groups.count <= 7
    return isComplete
      && groups.allSatisfy { group in
        (1...4).contains(group.utf8.count) && group.utf8.allSatisfy { Hexadecimal.value(of: $0) != nil }
      }
  }
}
