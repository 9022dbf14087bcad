/// One line of a revocation list: which certificate, since when, and why.
public struct RevokedCertificate: Hashable, Sendable {
  /// The serial number of the certificate.
  public var serial: SerialNumber

  /// When it was revoked, in seconds since 1970.
  public var revokedAt: Int64

  /// Why; ``Reason/unspecified`` is left out of the list's encoding, as the standard asks.
  public var reason: Reason

  /// A line of its parts.
  public init(serial: SerialNumber, revokedAt: Int64, reason: Reason = .unspecified) {
    self.serial = serial
    self.revokedAt = revokedAt
    self.reason = reason
  }

  /// Why a certificate is revoked, by RFC 5280's numbers (https://www.rfc-editor.org/rfc/rfc5280#section-5.3.1).
  public struct Reason: RawRepresentable, Hashable, Sendable {
    /// The standard's number.
    public var rawValue: Int

    /// A reason by the standard's number; unknown numbers survive reading, but aren't written.
    public init(rawValue: Int) {
      self.rawValue = rawValue
    }

    /// Nothing is said.
    public static let unspecified = Reason(rawValue: 0)
    /// Somebody else may have the key.
    public static let keyCompromise = Reason(rawValue: 1)
    /// The holder's role or name has changed.
    public static let affiliationChanged = Reason(rawValue: 3)
    /// Another certificate has taken its place.
    public static let superseded = Reason(rawValue: 4)
    /// The holder has left the fleet.
    public static let cessationOfOperation = Reason(rawValue: 5)
    /// The holder may no longer do what the certificate says.
    public static let privilegeWithdrawn = Reason(rawValue: 9)

    /// Whether the standard lets a complete list carry this number.
    var isWritable: Bool { (0...6).contains(rawValue) || rawValue == 9 || rawValue == 10 }
  }
}
