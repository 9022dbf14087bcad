internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto

/// `roost mac list`
struct MACListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the MAC addresses of managed and observed VMs.", aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.addresses.listMACs(Roost_V1_ListMACsRequest(), options: fleet.brief)
      let entries = try response.macs.map { try MACEntry($0) }.sorted { $0.mac < $1.mac }
      output.show(.listing(MACEntry.listing(entries, at: world.clock.now(), empty: "no MAC addresses")), in: world)
    }
  }
}
