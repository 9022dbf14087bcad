internal import ArgumentParser
internal import Fleet

/// Which fleet to plan on: one in a file, or the coordinator's.
struct PlanningOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Plan on the fleet of this YAML file and touch no coordinator.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var fleet: String?

  /// The fleet to plan on.
  func load(_ connection: ConnectionOptions, in world: Surroundings) async throws -> FleetFile {
    if let fleet { return try FleetFile.load(fleet) }
    return try await world.withFleet(connection) { client in try await FleetFile(of: client) }
  }
}
