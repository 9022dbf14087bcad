public import Fleet

/// A certificate that the fleet's authority issued.
public struct CertificateRecord: Hashable, Sendable {
  /// Its serial number, lower-case hexadecimal.
  public var serial: String
  /// Whom it names: a host's id or a person.
  public var subject: String
  /// What its bearer is, such as `agent` or `operator`.
  public var role: String
  /// When it ends.
  public var expiresAt: Timestamp
  /// When it was revoked, or nil.
  public var revokedAt: Timestamp?

  /// Makes the value.
  public init(serial: String, subject: String, role: String, expiresAt: Timestamp, revokedAt: Timestamp? = nil) {
    self.serial = serial
    self.subject = subject
    self.role = role
    self.expiresAt = expiresAt
    self.revokedAt = revokedAt
  }
}
