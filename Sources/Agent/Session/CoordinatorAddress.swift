internal import Fleet

/// `HOST:PORT` of the coordinator, taken apart.
struct CoordinatorAddress: Hashable, Sendable {
  /// A name, an IPv4 address, or an IPv6 address without brackets.
  var host: String
  var port: Int

  /// Reads `host:port` or `[address]:port`.
  init(_ text: String) throws(FleetError) {
    let malformed = FleetError(.invalid, "\"\(text.printable)\" is not HOST:PORT")
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (1...65535).contains(port)
    else { throw malformed }
    var host = text[..<colon]
    if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
    guard !host.isEmpty, host.utf8.count <= 253, host.allSatisfy({ $0.isASCII && !$0.isWhitespace }) else {
      throw malformed
    }
    self.host = String(host)
    self.port = port
  }

  /// True for four numbers with dots.
  var isIPv4: Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }

  /// True for an address with colons.
  var isIPv6: Bool { host.contains(":") }
}
