package import Fleet

extension FleetTransaction {
  /// Stores a new join token; `secretHash` is hexadecimal, the secret itself is never stored.
  package func insertToken(
    id: TokenID, secretHash: String, hostName: String?, isForRejoining: Bool = false, expiresAt: Timestamp,
    createdAt: Timestamp
  ) throws(FleetError) {
    try insert(
      into: "tokens",
      [
        "id": id.description, "secret_hash": secretHash, "host_name": hostName,
        "created_at": createdAt.milliseconds, "expires_at": expiresAt.milliseconds,
        "rejoin": isForRejoining, "actor": actor,
      ], about: "the token")
  }

  /// Uses up a join token.
  /// - Returns: the used token.
  /// - Throws: ``FleetError`` with code `denied` for a token that is unknown, expired or used, and for a wrong secret,
  ///   which leaves the token as it is.
  @discardableResult
  package func consumeToken(_ id: TokenID, secretHash: String, now: Timestamp) throws(FleetError) -> TokenRecord {
    let hint = "make one: roost host token create"
    let found = try row(of: "a token", "SELECT * FROM tokens WHERE id = ?", [id.description])
    guard let found, Self.equal(try found.text("secret_hash"), secretHash) else {
      // The same message for both, so that a caller can't learn which ids exist.
      throw FleetError(.denied, "the token is not one of this fleet", hint: hint)
    }
    var token = try Self.token(found)
    if let usedAt = token.usedAt { throw FleetError(.denied, "the token was used already, at \(usedAt)", hint: hint) }
    if let revokedAt = token.revokedAt {
      throw FleetError(.denied, "the token was revoked at \(revokedAt)", hint: hint)
    }
    guard now < token.expiresAt else {
      throw FleetError(.denied, "the token expired at \(token.expiresAt)", hint: hint)
    }
    try update("tokens", ["used_at": now.milliseconds], where: "id", is: id.description, about: "the token")
    token.usedAt = now
    return token
  }

  /// Revokes a join token; a second call changes nothing.
  /// - Throws: ``FleetError`` with code `notFound`, or `precondition` for one that was used.
  @discardableResult
  package func revokeToken(_ id: TokenID, at now: Timestamp) throws(FleetError) -> TokenRecord {
    guard var token = try token(id) else {
      throw FleetError(.notFound, "there is no token \(id)", hint: "list them: roost host token list")
    }
    if let usedAt = token.usedAt {
      throw FleetError(
        .precondition, "the token \(id) was used already, at \(usedAt)",
        hint: "revoke the host's certificates instead: roost host list")
    }
    guard token.revokedAt == nil else { return token }
    try update("tokens", ["revoked_at": now.milliseconds], where: "id", is: id.description, about: "the token")
    token.revokedAt = now
    return token
  }

  /// Revokes the open join tokens and records the reason.
  /// - Parameter actor: the maker of the tokens; nil for all makers.
  /// - Returns: how many were open.
  @discardableResult
  package func revokeOpenTokens(
    of actor: String? = nil, at now: Timestamp, because reason: String
  ) throws(FleetError) -> Int {
    let open = try tokens().filter {
      (actor == nil || $0.actor == actor) && $0.usedAt == nil && $0.revokedAt == nil && $0.expiresAt > now
    }
    for token in open {
      _ = try revokeToken(token.id, at: now)
      try appendEvent(
        at: now, kind: .tokenRevoked, subject: token.hostName ?? "",
        message: "the token \(token.id) is revoked: \(reason)")
    }
    return open.count
  }

  /// A used join token, if the secret matches; nil for any other.
  package func usedToken(_ id: TokenID, secretHash: String) throws(FleetError) -> TokenRecord? {
    let found = try row(of: "a token", "SELECT * FROM tokens WHERE id = ?", [id.description])
    guard let found, Self.equal(try found.text("secret_hash"), secretHash) else { return nil }
    let token = try Self.token(found)
    return token.usedAt == nil ? nil : token
  }

  /// Compares in constant time.
  private static func equal(_ left: String, _ right: String) -> Bool {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// Records a certificate; `subject` is a host's id or a user.
  package func insertCertificate(
    serial: String, subject: String, role: String, issuedAt: Timestamp? = nil, expiresAt: Timestamp,
    authority: String? = nil
  ) throws(FleetError) {
    try insert(
      into: "certificates",
      [
        "serial": serial, "subject": subject, "role": role, "issued_at": issuedAt?.milliseconds,
        "expires_at": expiresAt.milliseconds, "authority": authority,
      ], about: "certificate \(serial)")
  }

  /// Revokes a certificate for good; a second time changes nothing.
  /// - Throws: ``FleetError`` with code `notFound` if none has this serial number.
  package func revokeCertificate(serial: String, at: Timestamp) throws(FleetError) {
    guard let certificate = try certificate(serial: serial) else {
      throw FleetError(.notFound, "there is no certificate \(serial.printable)")
    }
    guard certificate.revokedAt == nil else { return }
    try update(
      "certificates", ["revoked_at": at.milliseconds], where: "serial", is: serial, about: "certificate \(serial)")
  }
}
