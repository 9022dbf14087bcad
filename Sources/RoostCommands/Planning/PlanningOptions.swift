internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto

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

extension FleetFile {
  /// The coordinator's fleet, as its listings have it.
  init(of client: FleetClient) async throws {
    try self.init(try await Self.tree(of: client).yaml, file: "the fleet")
  }

  /// The coordinator's fleet as a file has it.
  static func tree(of client: FleetClient) async throws -> Tree {
    let hosts = try await client.hosts.list(Roost_V1_ListHostsRequest(), options: client.brief)
    let vms = try await client.vms.list(Roost_V1_ListVMsRequest(), options: client.brief)
    return tree(hosts: try hosts.hosts.map { try HostSummary($0) }, vms: try vms.vms.map { try VMSummary($0) })
  }
}
