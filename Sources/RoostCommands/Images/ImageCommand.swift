internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost image`
struct ImageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "image", abstract: "The image library.",
    subcommands: [
      ImageListCommand.self, ImageShowCommand.self, ImageCreateCommand.self, ImageImportCommand.self,
      ImageDeleteCommand.self,
    ])
}

/// `roost image list`
struct ImageListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the images of the library.", aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      let images = try await fleet.libraryImages()
      output.show(.listing(Image.listing(images, at: environment.clock.now())), in: environment)
    }
  }
}

/// `roost image show`
struct ImageShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show an image.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The image's name.", completion: .images)
  var name: String

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      let images = try await fleet.libraryImages()
      guard let image = images.first(where: { $0.name == name || $0.id.description == name }) else {
        let nearest = Spelling.nearest(to: name, among: images.map(\.name)).map { "did you mean \"\($0)\"?" }
        throw FleetError(
          .notFound, "there is no image \"\(name.printable)\"", hint: nearest ?? "list them: roost image list")
      }
      output.show(.detail(image.view), in: environment)
    }
  }
}

/// `roost image delete`
struct ImageDeleteCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Take images out of the library.", aliases: ["rm"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Argument(help: "Names of images.", completion: .images)
  var names: [String]

  func run(in environment: CommandEnvironment) async throws {
    let list = names.joined(separator: ", ")
    try confirmation.confirm("delete the image\(names.count == 1 ? "" : "s") \(list)", in: environment)
    try await environment.withFleet(connection) { fleet in
      try await Batch(client: fleet, environment: environment, output: output)(names) { name in
        let response = try await fleet.images.delete(
          .with {
            $0.requestID = environment.newRequestID()
            $0.name = name
          }, options: fleet.brief)
        let image = try Image(response.image)
        output.confirm("image \(image.name) left the library", .detail(image.view), in: environment)
      }
    }
  }
}

extension Image {
  /// The image as JSON has it.
  var outputValue: OutputValue {
    .object([
      "name": .text(name), "id": .text(id.description), "format": .text(format.rawValue),
      "virtual_bytes": .bytes(virtualSize), "file_bytes": .bytes(fileSize), "sha256": .optional(isBlank ? "" : sha256),
      "created_at": .time(createdAt),
    ])
  }

  /// The images as a listing.
  static func listing(_ images: [Image], at now: Timestamp) -> Listing {
    Listing(
      columns: [
        .init("NAME", cut: 24), .init("FORMAT"), .init("SIZE", right: true, csv: "virtual_bytes"),
        .init("FILE", right: true, csv: "file_bytes"), .init("AGE", csv: "created_at"),
        .init("SHA256", wide: true), .init("ID", wide: true),
      ],
      rows: images.map { image in
        Listing.Row(
          name: image.name,
          cells: [
            .init(image.name), .init(image.format.rawValue), .init(image.virtualSize),
            .init(image.fileSize), .init(ageOf: image.createdAt, at: now),
            .init(image.isBlank ? "blank" : image.sha256),
            .init(image.id.description),
          ], outputValue: image.outputValue)
      }, empty: "no images; add one: roost image import FILE")
  }

  /// The view for people.
  var view: Detail {
    Detail(
      name: name,
      lines: [
        .field("name", .init(name, .heading)), .field("id", .init(id.description)),
        .field("format", .init(format.rawValue)), .field("size", .init(virtualSize.description)),
        .field("file", .init(fileSize.description)), .field("sha256", .init(isBlank ? "blank" : sha256)),
        .field("created", .init(createdAt.description)),
      ], outputValue: outputValue)
  }
}
