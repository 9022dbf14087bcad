internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto

/// `roost status`
struct StatusCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the fleet as a whole.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Flag(name: .long, help: "Print the fleet as a YAML file that --fleet reads.")
  var exportFleet = false

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      guard !exportFleet else {
        world.output.write(try await FleetFile(of: fleet).tree.yaml)
        return
      }
      let response = try await fleet.administration.status(Roost_V1_StatusRequest(), options: fleet.brief)
      output.show(.detail(FleetStatus(response).view), in: world)
    }
  }
}
