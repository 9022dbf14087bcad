internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import Scheduling

/// `roost place`
struct PlaceCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "place", abstract: "Show where the VMs of a file would go, with every host's reasons.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(
    help: ArgumentHelp("Decide on the fleet of this YAML file and touch no coordinator.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var fleet: String?

  @Option(
    name: [.customShort("f"), .customLong("file")],
    help: ArgumentHelp("A YAML file as for create, or - for standard input.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @Flag(name: .long, help: "Place none unless all of them find a host.")
  var allOrNothing = false

  func run(in environment: CommandEnvironment) async throws {
    let input = InputFile(path: file)
    let requests = try VMFile.requests(try input.text(), file: input.label)
    if let fleet {
      let file = try FleetFile.load(fleet)
      for order in requests {
        guard let host = order.host, !file.hosts.contains(where: { $0.name == host }) else { continue }
        throw FleetError(.notFound, "there is no host \"\(host.printable)\" in the file")
      }
      let decisions = Self.decide(requests.map { $0.placementRequest(byDefault: file.policy.strategy) }, on: file)
      try PlannedBatch.show(
        decisions, of: requests, allOrNothing: allOrNothing, output, in: environment)
      return
    }
    try await environment.withFleet(connection) { fleet in
      var decisions: [PlacementDecision] = []
      if requests.count == 1 {
        let request = requests[0].request(id: environment.newRequestID(), dryRun: true)
        decisions = [try PlacementDecision(try await fleet.vms.create(request, options: fleet.brief).decision)]
      } else {
        decisions = try await PlannedBatch(client: fleet, requests: requests).decisions(allOrNothing: allOrNothing)
      }
      try PlannedBatch.show(decisions, of: requests, allOrNothing: allOrNothing, output, in: environment)
    }
  }

  /// Decides one VM with every host's reasons, or several together, the hardest to place first.
  private static func decide(_ requests: [PlacementRequest], on file: FleetFile) -> [PlacementDecision] {
    guard requests.count > 1 else {
      return requests.map { Placement.decide($0, on: file.hosts, under: file.policy) }
    }
    return BatchPlan.plan(requests, on: file.hosts, under: file.policy)
      .decisions(on: requests, among: file.hosts, under: file.policy, inFull: true)
  }
}

/// The fleet to plan on: from a file, or the coordinator's.
struct PlanningOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Plan on the fleet of this YAML file and touch no coordinator.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var fleet: String?

  /// The fleet to plan on.
  func load(_ connection: ConnectionOptions, in environment: CommandEnvironment) async throws -> FleetFile {
    if let fleet { return try FleetFile.load(fleet) }
    return try await environment.withFleet(connection) { client in try await FleetFile(of: client) }
  }
}
