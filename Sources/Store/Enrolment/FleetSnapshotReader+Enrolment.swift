package import Fleet

extension FleetSnapshotReader {
  /// All join tokens, oldest first, used and expired ones included.
  package func tokens() throws(FleetError) -> [TokenRecord] {
    try rows(of: "a token", "SELECT * FROM tokens ORDER BY created_at, id").reading(Self.token)
  }

  /// The join token with this id, or nil.
  package func token(_ id: TokenID) throws(FleetError) -> TokenRecord? {
    try rows(of: "a token", "SELECT * FROM tokens WHERE id = ?", [id.description]).reading(Self.token).first
  }

  /// True if a join token, used or not, expires after a moment.
  package func hasToken(after moment: Timestamp) throws(FleetError) -> Bool {
    try row(of: "a token", "SELECT 1 FROM tokens WHERE expires_at > ? LIMIT 1", [moment.milliseconds]) != nil
  }

  /// True if a join token, in whatever state, has this secret.
  package func isToken(_ id: TokenID, secretHash: String) throws(FleetError) -> Bool {
    let found = try row(of: "a token", "SELECT * FROM tokens WHERE id = ?", [id.description])
    return try found.map { row throws(FleetError) in try row.text("secret_hash") == secretHash } ?? false
  }

  /// All certificates that were issued, by serial number.
  package func certificates() throws(FleetError) -> [CertificateRecord] {
    try rows(of: "a certificate", "SELECT * FROM certificates ORDER BY serial").reading(Self.certificate)
  }

  /// All certificates that were revoked, by serial number.
  package func revokedCertificates() throws(FleetError) -> [CertificateRecord] {
    try rows(of: "a certificate", "SELECT * FROM certificates WHERE revoked_at IS NOT NULL ORDER BY serial")
      .reading(Self.certificate)
  }

  /// The certificates of a host, by its id, or of a user.
  package func certificates(of subject: String, role: String) throws(FleetError) -> [CertificateRecord] {
    try rows(
      of: "a certificate", "SELECT * FROM certificates WHERE subject = ? AND role = ? ORDER BY serial", [subject, role]
    ).reading(Self.certificate)
  }

  /// The certificates that were issued to a host, by its id, or to a user.
  package func certificates(of subject: String) throws(FleetError) -> [CertificateRecord] {
    try rows(of: "a certificate", "SELECT * FROM certificates WHERE subject = ? ORDER BY serial", [subject])
      .reading(Self.certificate)
  }

  /// The serial numbers of a subject's certificates that are not revoked and were issued before one of its own.
  package func earlierCertificates(of subject: String, than serial: String) throws(FleetError) -> [String] {
    try rows(
      of: "a certificate",
      """
      SELECT earlier.serial FROM certificates AS earlier JOIN certificates AS own ON own.serial = ?2
      WHERE earlier.subject = ?1 AND own.subject = ?1 AND earlier.revoked_at IS NULL AND own.serial <> earlier.serial
        AND (earlier.expires_at < own.expires_at
          OR (earlier.expires_at = own.expires_at AND earlier.rowid < own.rowid))
      """, [subject, serial]
    ).reading { row throws(FleetError) -> String in try row.text("serial") }
  }

  /// The certificate with this serial number, or nil.
  package func certificate(serial: String) throws(FleetError) -> CertificateRecord? {
    try rows(of: "a certificate", "SELECT * FROM certificates WHERE serial = ?", [serial])
      .reading(Self.certificate).first
  }

  /// Since when a host has no valid certificate, because all that have not expired are revoked; nil if it has one, or
  /// if none was revoked.
  package func lockedOut(_ host: HostID, at now: Timestamp) throws(FleetError) -> Timestamp? {
    let known = try certificates(of: host.description, role: "agent").filter { $0.expiresAt > now }
    return known.allSatisfy { $0.revokedAt != nil } ? known.compactMap(\.revokedAt).max() : nil
  }

  /// True if a certificate was revoked. A certificate that the database does not know counts as not revoked: it may
  /// have been issued after the backup from which this database was restored.
  package func isRevoked(serial: String) throws(FleetError) -> Bool {
    try certificate(serial: serial)?.revokedAt != nil
  }

  static func token(_ row: StoredRow) throws(FleetError) -> TokenRecord {
    TokenRecord(
      id: try row.id("id"), hostName: try row.textIfAny("host_name"), isForRejoining: try row.flag("rejoin"),
      createdAt: try row.time("created_at"), expiresAt: try row.time("expires_at"),
      usedAt: try row.timeIfAny("used_at"), revokedAt: try row.timeIfAny("revoked_at"), actor: try row.text("actor"))
  }

  private static func certificate(_ row: StoredRow) throws(FleetError) -> CertificateRecord {
    CertificateRecord(
      serial: try row.text("serial"), subject: try row.text("subject"), role: try row.text("role"),
      issuedAt: try row.timeIfAny("issued_at"), expiresAt: try row.time("expires_at"),
      revokedAt: try row.timeIfAny("revoked_at"), authority: try row.textIfAny("authority"))
  }
}
