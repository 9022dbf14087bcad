/// A certificate that the fleet's authority issued.
package struct CertificateRecord: Hashable, Sendable {
  /// Its serial number, lower-case hexadecimal.
  package var serial: String
  /// The holder: a host's id (a listing shows its name) or a user.
  package var subject: String
  /// The holder's role: `agent`, `operator` or `coordinator`.
  package var role: String
  /// When it was issued; nil if not recorded.
  package var issuedAt: Timestamp?
  /// When it ends.
  package var expiresAt: Timestamp
  /// When it was revoked, or nil.
  package var revokedAt: Timestamp?
  /// The fingerprint of the issuing authority, lower-case hexadecimal; nil if not recorded.
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

  /// True if a holder is accepted with it at that moment.
  package func isValid(at now: Timestamp) -> Bool { revokedAt == nil && now < expiresAt }
}

/// A join token in the database: without its secret.
package struct TokenRecord: Hashable, Sendable {
  /// Its identity.
  package var id: TokenID
  /// The name the host will have, or nil for the host's own.
  package var hostName: String?
  /// True if the bearer replaces the host of that name.
  package var isForRejoining: Bool
  /// When it was made.
  package var createdAt: Timestamp
  /// The moment from which it is refused.
  package var expiresAt: Timestamp
  /// When it was used, or nil.
  package var usedAt: Timestamp?
  /// When it was revoked, or nil.
  package var revokedAt: Timestamp?
  /// The user who made it; empty for one older than this column.
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
