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

/// A join token as the fleet remembers it: without its secret.
public struct TokenRecord: Hashable, Sendable {
  /// Its identity.
  public var id: TokenID
  /// The name the host will have, or nil for the host's own.
  public var hostName: String?
  /// True if whoever has it takes the place of the host of that name.
  public var isForRejoining: Bool
  /// When it was made.
  public var createdAt: Timestamp
  /// From when on it is refused.
  public var expiresAt: Timestamp
  /// When it was used, or nil.
  public var usedAt: Timestamp?
  /// When it was revoked, or nil.
  public var revokedAt: Timestamp?
  /// Who made it; empty for one that is older than this column.
  public var actor: String

  /// Makes the value.
  public init(
    id: TokenID, hostName: String?, isForRejoining: Bool = false, createdAt: Timestamp, expiresAt: Timestamp,
    usedAt: Timestamp? = nil, revokedAt: Timestamp? = nil, actor: String = ""
  ) {
    self.id = id
    self.hostName = hostName
    self.isForRejoining = isForRejoining
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.usedAt = usedAt
    self.revokedAt = revokedAt
    self.actor = actor
  }
}
