package import Fleet

/// What a host needs to join a fleet once: the address, the authority to trust, and a secret that authorises it.
package struct JoinToken: Hashable, Sendable {
  /// Names the token in the coordinator's table.
  package var id: TokenID
  /// 32 random bytes; the coordinator keeps only their hash.
  package var secret: [UInt8]
  /// `HOST:PORT` of the enrolment port.
  package var address: String
  /// SHA-256 of the authority's certificate, 64 lower-case hexadecimal digits.
  package var authorityFingerprint: String
  /// When it expires, in whole seconds.
  package var expiresAt: Timestamp

  /// Makes a token.
  /// - Throws: ``FleetError`` with code `invalid` for a secret that does not have 32 bytes, a malformed SHA-256
  ///   fingerprint, an expiry before 1970 or after 9999, and an address that is not `HOST:PORT`.
  package init(
    id: TokenID, secret: [UInt8], address: String, authorityFingerprint: String, expiresAt: Timestamp
  ) throws(FleetError) {
    guard secret.count == 32 else { throw FleetError(.invalid, "a join token's secret has 32 bytes") }
    guard let fingerprint = Hexadecimal.bytes(authorityFingerprint), fingerprint.count == 32 else {
      throw FleetError(.invalid, "a join token's fingerprint has 64 hexadecimal digits")
    }
    guard Self.isAddress(address) else {
      throw FleetError(.invalid, "\"\(address.printable)\" is not an address", hint: "write it as HOST:PORT")
    }
    guard (0..<253_402_300_800).contains(expiresAt.seconds) else {
      throw FleetError(.invalid, "a join token's expiry lies between 1970 and 9999")
    }
    self.id = id
    self.secret = secret
    self.address = address
    self.authorityFingerprint = Hexadecimal.text(fingerprint)
    self.expiresAt = Timestamp(seconds: expiresAt.seconds)
  }

  private static func isAddress(_ text: String) -> Bool {
    guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")), text.utf8.count <= 255 else { return false }
    let host = text[..<colon]
    let port = UInt16(text[text.utf8.index(after: colon)...]) ?? 0
    let printable = host.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    return port > 0 && !host.isEmpty && printable
  }
}

extension JoinToken: CustomStringConvertible, CustomDebugStringConvertible {
  /// The token without its secret, safe for a log.
  package var description: String { "token \(id) for \(address), until \(expiresAt)" }

  /// The token without its secret, safe for a log.
  package var debugDescription: String { description }
}

/// The token as one line to carry to the host: `roost1.` and base 64 of
/// id (16 bytes), secret (32), fingerprint (32), expiry (8, seconds), address (the rest), CRC-32 (4).
extension JoinToken {
  private static let prefix = "roost1."

  /// The line that `roost host token create` prints; it holds the secret.
  package var text: String {
    var bytes = Hexadecimal.bytes(id.description.replacingHyphens) ?? []
    bytes += secret
    bytes += Hexadecimal.bytes(authorityFingerprint) ?? []
    bytes += Self.bigEndian(UInt64(clamping: expiresAt.seconds))
    bytes += address.utf8
    bytes += Self.bigEndian(UInt64(CRC32.check(bytes))).suffix(4)
    return Self.prefix + Base64URL.text(bytes)
  }

  /// Reads the line; ignores surrounding white space.
  /// - Throws: ``FleetError`` with code `invalid`; its message distinguishes a mistyped token from a text that is not
  ///   one.
  package init(parsing line: String) throws(FleetError) {
    let text = line.filter { !$0.isWhitespace }
    let hint = "copy the whole line that `roost host token create` printed"
    guard text.hasPrefix(Self.prefix) else {
      guard text.hasPrefix("roost"), text.utf8.count > 64 else {
        throw FleetError(.invalid, "this is not a join token", hint: hint)
      }
      throw FleetError(
        .invalid, "this join token is of another version of Roost", hint: "install the coordinator's version here")
    }
    let mistyped = FleetError(.invalid, "the join token is mistyped or cut off", hint: hint)
    guard text.utf8.count <= 1024, let bytes = Base64URL.bytes(text.dropFirst(Self.prefix.count)),
      bytes.count > 92, Self.number(bytes.suffix(4)) == UInt64(CRC32.check(bytes.dropLast(4))),
      let id = TokenID(Hexadecimal.text(bytes[0..<16])),
      let address = String(validating: bytes[88..<(bytes.count - 4)], as: UTF8.self),
      let seconds = Int64(exactly: Self.number(bytes[80..<88]))
    else { throw mistyped }
    try self.init(
      id: id, secret: Array(bytes[16..<48]), address: address,
      authorityFingerprint: Hexadecimal.text(bytes[48..<80]), expiresAt: Timestamp(seconds: seconds))
  }

  private static func bigEndian(_ number: UInt64) -> [UInt8] {
    stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) }
  }

  private static func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }
}

extension String {
  fileprivate var replacingHyphens: String { filter { $0 != "-" } }
}
