/// A certificate that the fleet's authority issued.
package struct CertificateRecord: Hashable, Sendable {
  /// Its serial number, lower-case hexadecimal.
  package var serial: String
  /// Whom it names: a host's id or a person; where it is shown, the host's name.
  package var subject: String
  /// What its bearer is: `agent`, `operator` or `coordinator`.
  package var role: String
  /// When it was issued; nil if that was not written down.
  package var issuedAt: Timestamp?
  /// When it ends.
  package var expiresAt: Timestamp
  /// When it was revoked, or nil.
  package var revokedAt: Timestamp?
  /// The fingerprint of the authority that issued it, lower-case hexadecimal; nil if that was not written down.
  package var authority: String?

  package init(
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
  package func isValid(at now: Timestamp) -> Bool { revokedAt == nil && now < expiresAt }
}

/// A join token as the fleet remembers it: without its secret.
package struct TokenRecord: Hashable, Sendable {
  /// Its identity.
  package var id: TokenID
  /// The name the host will have, or nil for the host's own.
  package var hostName: String?
  /// True if whoever has it takes the place of the host of that name.
  package var isForRejoining: Bool
  /// When it was made.
  package var createdAt: Timestamp
  /// From when on it is refused.
  package var expiresAt: Timestamp
  /// When it was used, or nil.
  package var usedAt: Timestamp?
  /// When it was revoked, or nil.
  package var revokedAt: Timestamp?
  /// Who made it; empty for one that is older than this column.
  package var actor: String

  package init(
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
