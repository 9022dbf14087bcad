internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto

/// `roost place`
struct PlaceCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "place", abstract: "Show where the VMs of a file would go, with every host's reasons.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(
    name: [.customShort("f"), .customLong("file")],
    help: ArgumentHelp("A YAML file as for create, or - for standard input.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  func run(in world: Surroundings) async throws {
    let input = InputFile(path: file)
    let orders = try VMFile.orders(try input.text(), file: input.label)
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
}
