public import Fleet

/// The token as one line to carry to the host: `roost1.` and base 64 of
/// id (16 bytes), secret (32), fingerprint (32), expiry (8, seconds), address (the rest), CRC-32 (4).
extension JoinToken {
  private static let prefix = "roost1."

  /// The line that `roost host token create` prints; it holds the secret.
  public var text: String {
    var bytes = Hexadecimal.bytes(id.description.replacingHyphens) ?? []
    bytes += secret
    bytes += Hexadecimal.bytes(authorityFingerprint) ?? []
    bytes += Self.bigEndian(UInt64(clamping: expiresAt.seconds))
    bytes += address.utf8
    bytes += Self.bigEndian(UInt64(CRC32.check(bytes))).suffix(4)
    return Self.prefix + Base64URL.text(bytes)
  }

  /// Reads the line; surrounding white space does not matter.
  /// - Throws: ``FleetError`` with code `invalid` that tells text that is no token from one that was mistyped.
  public init(parsing line: String) throws(FleetError) {
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
