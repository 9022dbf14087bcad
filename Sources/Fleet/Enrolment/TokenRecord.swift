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
