/// A certificate that the fleet's authority issued.
public struct CertificateRecord: Hashable, Sendable {
  /// Its serial number, lower-case hexadecimal.
  public var serial: String
  /// Whom it names: a host's id or a person; where it is shown, the host's name.
  public var subject: String
  /// What its bearer is: `agent`, `operator` or `coordinator`.
  public var role: String
  /// When it was issued; nil if that was not written down.
  public var issuedAt: Timestamp?
  /// When it ends.
  public var expiresAt: Timestamp
  /// When it was revoked, or nil.
  public var revokedAt: Timestamp?
  /// The fingerprint of the authority that issued it, lower-case hexadecimal; nil if that was not written down.
  public var authority: String?

  /// Makes the value.
  public init(
    serial: String, subject: String, role: String, issuedAt: Timestamp? = nil, expiresAt: Timestamp,
    revokedAt: Timestamp? = nil, authority: String? = nil
  ) {
    self.serial = serial
    self.subject = subject
    self.role = role
    self.issuedAt = issuedAt
    self.expiresAt = expiresAt
    self.revokedAt = revokedAt
    self.authority = authority
  }

  /// Whether it lets its bearer in at a moment.
  public func isValid(at now: Timestamp) -> Bool { revokedAt == nil && now < expiresAt }
}
