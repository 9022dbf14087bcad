internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost pool list`
struct PoolListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the storage pools of the hosts.", aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("Only this host's.", valueName: "host"), completion: .hosts)
  var host: String?

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.hosts.listPools(.with { $0.host = host ?? "" }, options: fleet.brief)
      let pools = try response.pools.map { (host: $0.host, pool: try StoragePool($0.pool)) }
      output.show(.listing(StoragePool.listing(pools)), in: world)
    }
  }
}
