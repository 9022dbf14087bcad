internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto

/// `roost port list`
struct PortListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the VNC ports of the fleet.", aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.addresses.listPorts(Roost_V1_ListPortsRequest(), options: fleet.brief)
      let entries = try response.ports.map { try PortEntry($0) }
      output.show(.listing(PortEntry.listing(entries)), in: world)
    }
  }
}
