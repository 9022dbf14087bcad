internal import ArgumentParser
internal import Fleet
internal import Foundation
internal import GRPCCore
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost image import`
struct ImageImportCommand: Verb {
  private static let chunkBytes = 1 << 17

  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Send a local image file to the library.",
    discussion: "qcow2, raw and ISO files; one that needs another file behind it is refused.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("Its name in the library (default: the file's, without extension).", valueName: "name"))
  var name: String?

  @Option(help: ArgumentHelp("raw: take it as a raw disk, whatever it looks like.", valueName: "format"))
  var format: String?

  @Argument(help: "The image file.", completion: .file())
  var file: String

  func run(in environment: CommandEnvironment) async throws {
    let input = InputFile(path: file)
    let handle = try input.open()
    defer { try? handle.close() }
    guard let size = input.size else {
      throw FleetError.usage("\(input.label) is not a plain file", hint: "an image's size must be known at the start")
    }
    guard format == nil || format == "raw" else {
      throw FleetError.usage(
        "\"\(format?.printable ?? "")\" is not a format to insist on", hint: "--format raw; the others are recognised")
    }
    let name = try NameRule.checked(name ?? Self.name(of: file), of: "image")
    let begin = Roost_V1_ImportImageBegin.with {
      $0.requestID = environment.newRequestID()
      $0.name = name
      $0.fileBytes = UInt64(clamping: size)
      $0.format = format ?? ""
      $0.fileName = String((file.split(separator: "/").last ?? "").prefix(255))
    }
    let bar = ProgressBar(on: environment.errors, isQuiet: output.quiet)
    defer { bar.clear() }
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.images.importImage(options: fleet.stream) { writer in
        try await writer.write(.with { $0.begin = begin })
        var sent: Int64 = 0
        while sent < size {
          let wanted = min(Self.chunkBytes, Int(size - sent))
          guard let piece = try handle.read(upToCount: wanted), !piece.isEmpty else {
            throw FleetError(.precondition, "\(input.label) became shorter while it was sent")
          }
          try await writer.write(.with { $0.data = piece })
          sent += Int64(piece.count)
          bar.show("import \(name) (\(ByteCount(bytes: size)))", fraction: Double(sent) / Double(max(1, size)))
        }
        bar.show("import \(name): the coordinator looks at it", fraction: nil)
      }
      bar.clear()
      if !output.quiet { for note in response.notes { environment.note(note) } }
      let image = try Image(response.image)
      output.confirm(
        "image \(image.name) (\(image.format.rawValue), \(image.virtualSize)) is in the library",
        .detail(image.view), in: environment)
    }
  }

  /// The file's name without directory and extension.
  static func name(of path: String) -> String {
    let file = path.split(separator: "/").last.map { String($0) } ?? path
    let stem = file.split(separator: ".").first.map { String($0) } ?? file
    let extensions: Set = ["qcow2", "img", "raw", "iso"]
    guard let dot = file.lastIndex(of: "."), extensions.contains(file[file.index(after: dot)...].lowercased()) else {
      return file
    }
    let name = String(file[..<dot])
    return name.isEmpty ? stem : name
  }
}

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

  func run(in environment: CommandEnvironment) async throws {
    let bytes = try ByteCount(parsing: size)
    guard format == "qcow2" || format == "raw" else {
      throw FleetError.usage("\"\(format.printable)\" is not a format for a blank image", hint: "use qcow2 or raw")
    }
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.images.create(
        .with {
          $0.requestID = environment.newRequestID()
          $0.name = name
          $0.format = format
          $0.sizeBytes = UInt64(clamping: bytes.bytes)
        }, options: fleet.brief)
      let image = try Image(response.image)
      output.confirm(
        "image \(image.name) (\(image.virtualSize)) is in the library", .detail(image.view), in: environment)
    }
  }
}
