/// A join that has begun: the key that was made for a token, kept before the token is shown to the coordinator.
///
/// Whoever shows the same token with the same key is answered the same again, so that a join that was cut off after the
/// coordinator had taken the host in can be repeated.
struct JoinDraft: Codable, Hashable, Sendable {
  /// Its file in the state directory.
  static let file = "joining.json"

  /// The token's id.
  var tokenID: String
  /// The host's new private key, PEM.
  var keyPEM: String

  enum CodingKeys: String, CodingKey {
    case tokenID = "token_id"
    case keyPEM = "key_pem"
  }
}
