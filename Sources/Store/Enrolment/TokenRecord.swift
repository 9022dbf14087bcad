public import Fleet

/// A join token as the fleet remembers it: without its secret.
public struct TokenRecord: Hashable, Sendable {
  /// Its identity.
  public var id: TokenID
  /// The name the host will have, or nil for the host's own.
  public var hostName: String?
  /// When it was made.
  public var createdAt: Timestamp
  /// From when on it is refused.
  public var expiresAt: Timestamp
  /// When it was used, or nil.
  public var usedAt: Timestamp?

  /// Makes the value.
  public init(
    id: TokenID, hostName: String?, createdAt: Timestamp, expiresAt: Timestamp, usedAt: Timestamp? = nil
  ) {
    self.id = id
    self.hostName = hostName
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.usedAt = usedAt
  }
}
