internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost pool`
struct PoolCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pool", abstract: "Storage pools of the hosts.",
    subcommands: [PoolListCommand.self])
}

/// `roost pool list`
struct PoolListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the storage pools of the hosts.", aliases: ["ls"])

  @OptionGroup var options: HostListOptions

  func run(in environment: CommandEnvironment) async throws {
    try await options.show(in: environment) { fleet, host in
      let response = try await fleet.hosts.listPools(.with { $0.host = host }, options: fleet.brief)
      return StoragePool.listing(try response.pools.map { (host: $0.host, pool: try StoragePool($0.pool)) })
    }
  }
}

extension StoragePool {
  /// Pools of hosts as a listing.
  static func listing(_ pools: [(host: String, pool: StoragePool)]) -> Listing {
    Listing(
      columns: [
        .init("HOST", cut: 16), .init("NAME", cut: 16), .init("TYPE"), .init("STATE"), .init("AUTOSTART", drop: 1),
        .init("CAPACITY", right: true, csv: "capacity_bytes"), .init("FREE", right: true, csv: "available_bytes"),
        .init("PATH", cut: 16),
      ],
      rows: pools.map { host, pool in
        Listing.Row(
          name: pool.name,
          cells: [
            .init(host), .init(pool.name), .init(pool.type),
            pool.isActive ? .init("active", .good) : .init("inactive", .caution),
            .init(pool.autostart ? "yes" : "no"), .init(pool.capacity),
            .init(pool.available), .init(pool.path),
          ], outputValue: OutputValue.object(["host": .text(host)]).adding(pool.outputValue))
      }, empty: "no storage pools")
  }
}
