internal import Fleet

extension HostNetwork {
  /// Networks of hosts as a listing.
  static func listing(_ networks: [(host: String, network: HostNetwork)]) -> Listing {
    Listing(
      columns: [
        .init("HOST"), .init("NAME"), .init("STATE"), .init("AUTOSTART"), .init("BRIDGE"), .init("FORWARD"),
      ],
      rows: networks.map { host, network in
        Listing.Row(
          name: network.name,
          cells: [
            .init(host), .init(network.name), network.isActive ? .init("active", .good) : .init("inactive", .caution),
            .init(network.autostart ? "yes" : "no"), .init(network.bridge), .init(network.forward),
          ], tree: Tree.object(["host": .text(host)]).adding(network.tree))
      }, empty: "no networks")
  }
}
