internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost image create`
struct ImageCreateCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a blank image.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("Its size.", valueName: "size"))
  var size: String

  @Option(help: ArgumentHelp("qcow2 or raw.", valueName: "format"))
  var format = "qcow2"

  @Argument(help: "The image's name.")
  var name: String

  func run(in world: Surroundings) async throws {
    let bytes = try Memory(parsing: size)
    guard format == "qcow2" || format == "raw" else {
      throw FleetError.usage("\"\(format.printable)\" is no format of a blank image", hint: "use qcow2 or raw")
    }
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.images.create(
        .with {
          $0.requestID = world.newRequestID()
          $0.name = name
          $0.format = format
          $0.sizeBytes = UInt64(clamping: bytes.bytes)
        }, options: fleet.brief)
      let image = try Image(response.image)
      output.confirm("image \(image.name) (\(image.virtualSize)) is in the library", .detail(image.view), in: world)
    }
  }
}
