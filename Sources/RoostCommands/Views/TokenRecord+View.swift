internal import Fleet

extension TokenRecord {
  /// The token as JSON has it.
  var tree: Tree {
    .object([
      "id": .text(id.description), "host": hostName.map { .text($0) } ?? .null, "rejoin": .flag(isForRejoining),
      "created_at": .time(createdAt), "expires_at": .time(expiresAt), "used_at": .time(usedAt),
      "revoked_at": .time(revokedAt), "actor": .optional(actor),
    ])
  }

  private func state(at now: Timestamp) -> Listing.Cell {
    if usedAt != nil { return .init("used", .faint) }
    if revokedAt != nil { return .init("revoked", .bad) }
    return expiresAt > now ? .init("good", .good) : .init("expired", .faint)
  }

  /// The tokens as a listing.
  static func listing(_ tokens: [TokenRecord], at now: Timestamp) -> Listing {
    Listing(
      columns: [
        .init("ID"), .init("HOST"), .init("FOR"), .init("STATE"), .init("MADE"), .init("BY"), .init("EXPIRES"),
        .init("USED", wide: true),
      ],
      rows: tokens.map { token in
        Listing.Row(
          name: token.id.description,
          cells: [
            .init(token.id.description), .init(token.hostName ?? ""),
            token.isForRejoining ? .init("rejoining", .caution) : .init("joining"), token.state(at: now),
            .init(token.createdAt.description), .init(token.actor), .init(token.expiresAt.description),
            .init(token.usedAt?.description ?? ""),
          ], tree: token.tree)
      }, empty: "no join tokens")
  }
}
