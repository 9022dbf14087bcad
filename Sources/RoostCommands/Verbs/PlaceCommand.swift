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

  func run(in world: Surroundings) async throws {
    let input = InputFile(path: file)
    let orders = try VMFile.orders(try input.text(), file: input.label)
    if let fleet {
      try place(orders, on: try FleetFile.load(fleet), in: world)
      return
    }
    for order in orders { try order.checkForCoordinator() }
    try await world.withFleet(connection) { fleet in
      var fits = true
      for order in orders {
        let request = order.request(id: world.newRequestID(), dryRun: true)
        let response = try await fleet.vms.create(request, options: fleet.brief)
        let decision = try Decision(response.decision)
        output.show(.detail(decision.view(of: order.spec.name)), in: world)
        fits = fits && decision.host != nil
      }
      guard fits else { throw Ended(status: .noHostFits) }
    }
  }

  /// Decides VM after VM, each where those before it have gone.
  private func place(_ orders: [VMOrder], on file: FleetFile, in world: Surroundings) throws {
    var index = PlacementIndex(file.hosts, under: file.policy)
    var fits = true
    for order in orders {
      if let host = order.host, !file.hosts.contains(where: { $0.name == host }) {
        throw FleetError(.notFound, "there is no host \"\(host.printable)\" in the file")
      }
      let request = order.placementRequest
      let decision = index.decision(for: request)
      output.show(.detail(decision.view(of: order.spec.name)), in: world)
      if let host = decision.host { index.add(PlacedVM(request), to: host) } else { fits = false }
    }
    guard fits else { throw Ended(status: .noHostFits) }
  }
}
