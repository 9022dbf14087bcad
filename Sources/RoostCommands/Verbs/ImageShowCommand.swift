internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto

/// `roost image show`
struct ImageShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show an image.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The image's name.", completion: .images)
  var name: String

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let images = try await fleet.libraryImages()
      guard let image = images.first(where: { $0.name == name || $0.id.description == name }) else {
        let nearest = Spelling.nearest(to: name, among: images.map(\.name)).map { "did you mean \"\($0)\"?" }
        throw FleetError(
          .notFound, "there is no image \"\(name.printable)\"", hint: nearest ?? "list them: roost image list")
      }
      output.show(.detail(image.view), in: world)
    }
  }
}
