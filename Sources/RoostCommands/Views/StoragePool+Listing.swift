internal import Fleet

extension StoragePool {
  /// Pools of hosts as a listing.
  static func listing(_ pools: [(host: String, pool: StoragePool)]) -> Listing {
    Listing(
      columns: [
        .init("HOST"), .init("NAME"), .init("TYPE"), .init("STATE"), .init("AUTOSTART"),
        .init("CAPACITY", right: true), .init("FREE", right: true), .init("PATH"),
      ],
      rows: pools.map { host, pool in
        Listing.Row(
          name: pool.name,
          cells: [
            .init(host), .init(pool.name), .init(pool.type),
            pool.isActive ? .init("active", .good) : .init("inactive", .caution),
            .init(pool.autostart ? "yes" : "no"), .init(pool.capacity.description),
            .init(pool.available.description), .init(pool.path),
          ], tree: Tree.object(["host": .text(host)]).adding(pool.tree))
      }, empty: "no storage pools")
  }
}
