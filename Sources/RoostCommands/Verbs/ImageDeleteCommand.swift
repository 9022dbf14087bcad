internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost image delete`
struct ImageDeleteCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Take images out of the library.", aliases: ["rm"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Argument(help: "Names of images.", completion: .images)
  var names: [String]

  func run(in world: Surroundings) async throws {
    let list = names.joined(separator: ", ")
    try confirmation.confirm("delete the image\(names.count == 1 ? "" : "s") \(list)", in: world)
    try await world.withFleet(connection) { fleet in
      try await Batch(client: fleet, world: world, output: output)(names) { name in
        let response = try await fleet.images.delete(
          .with {
            $0.requestID = world.newRequestID()
            $0.name = name
          }, options: fleet.brief)
        let image = try Image(response.image)
        output.confirm("image \(image.name) left the library", .detail(image.view), in: world)
      }
    }
  }
}
