internal import Fleet

extension CertificateRecord {
  /// The certificate as JSON has it.
  var tree: Tree {
    .object([
      "serial": .text(serial), "name": .optional(subject), "role": .text(role), "issued_at": .time(issuedAt),
      "expires_at": .time(expiresAt), "revoked_at": .time(revokedAt),
    ])
  }

  private func state(at now: Timestamp) -> Listing.Cell {
    if revokedAt != nil { return .init("revoked", .bad) }
    return expiresAt > now ? .init("valid", .good) : .init("expired", .faint)
  }

  /// The certificates as a listing, by role and name.
  static func listing(_ certificates: [CertificateRecord], at now: Timestamp) -> Listing {
    Listing(
      columns: [
        .init("NAME"), .init("ROLE"), .init("STATE"), .init("ISSUED"), .init("EXPIRES"), .init("REVOKED"),
        .init("SERIAL"),
      ],
      rows: certificates.sorted { ($0.role, $0.subject, $0.expiresAt) < ($1.role, $1.subject, $1.expiresAt) }
        .map { certificate in
          Listing.Row(
            name: certificate.serial,
            cells: [
              .init(certificate.subject), .init(certificate.role), certificate.state(at: now),
              .init(certificate.issuedAt?.description ?? ""), .init(certificate.expiresAt.description),
              .init(certificate.revokedAt?.description ?? ""), .init(certificate.serial),
            ], tree: certificate.tree)
        }, empty: "no certificates")
  }
}
