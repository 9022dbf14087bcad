internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto

/// `roost mac pool list`
struct MACPoolListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the MAC pools: whom they serve, how full they are, when they run out.",
    aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.addresses.listMACPools(Roost_V1_ListMACPoolsRequest(), options: fleet.brief)
      let pools = try response.pools.map { try MACPoolStatus($0) }
      output.show(.listing(MACPoolStatus.listing(pools)), in: world)
    }
  }
}
