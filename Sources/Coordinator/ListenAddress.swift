package import Fleet

/// A `HOST:PORT` to listen on and to be reached at.
package struct ListenAddress: Hashable, Sendable {
  /// An IP address or a host name; `0.0.0.0` and `::` listen everywhere.
  package let host: String
  /// A TCP port, 1 to 65535.
  package let port: Int

  /// Makes an address of its parts.
  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads `HOST:PORT` or `[IPV6]:PORT`.
  /// - Throws: ``FleetError`` with code `invalid`.
  package init(parsing text: String) throws(FleetError) {
    let malformed = FleetError(
      .invalid, "\"\(text.printable)\" is not an address to listen on", hint: "write HOST:PORT, such as 10.0.0.5:7440")
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (1...65535).contains(port)
    else { throw malformed }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      throw malformed
    }
    guard !host.isEmpty, host.utf8.count <= 253,
      host.utf8.allSatisfy({ Character(UnicodeScalar($0)).isLetter || (0x2D...0x3A).contains($0) && $0 != 0x2F })
    else { throw malformed }
    self.init(host: String(host), port: port)
  }

  /// The same host with the next port, where enrolment is served.
  func next() throws(FleetError) -> ListenAddress {
    guard port < 65535 else { throw FleetError(.invalid, "port \(port) leaves no next port for enrolment") }
    return ListenAddress(host: host, port: port + 1)
  }

  /// True if it is not a particular address of this machine.
  var isWildcard: Bool { host == "0.0.0.0" || host == "::" }

  /// True if only this machine reaches it.
  package var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}

extension ListenAddress: CustomStringConvertible {
  /// `HOST:PORT`, with brackets around an IPv6 address.
  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
