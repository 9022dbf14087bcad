public import Fleet

/// What a host needs to join a fleet once: where to go, whom to trust, and a secret that proves it may.
public struct JoinToken: Hashable, Sendable {
  /// Names the token in the coordinator's table.
  public var id: TokenID
  /// 32 random bytes; the coordinator keeps only their hash.
  public var secret: [UInt8]
  /// `HOST:PORT` of the enrolment port.
  public var address: String
  /// SHA-256 of the authority's certificate, 64 lower-case hexadecimal digits.
  public var authorityFingerprint: String
  /// When it stops being accepted, in whole seconds.
  public var expiresAt: Timestamp

  /// Makes a token.
  /// - Throws: ``FleetError`` with code `invalid` for a secret that has not 32 bytes, a fingerprint that is no
  ///   SHA-256, an expiry before 1970 or after 9999, and an address that is not `HOST:PORT`.
  public init(
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
  /// The token without its secret, fit for a log.
  public var description: String { "token \(id) for \(address), until \(expiresAt)" }

  /// The token without its secret, fit for a log.
  public var debugDescription: String { description }
}
