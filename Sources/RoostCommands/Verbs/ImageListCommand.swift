internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto

/// `roost image list`
struct ImageListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the images of the library.", aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let images = try await fleet.libraryImages()
      output.show(.listing(Image.listing(images, at: world.clock.now())), in: world)
    }
  }
}
