internal import ArgumentParser
internal import Fleet
internal import Foundation
internal import GRPCCore
internal import Platform
internal import RoostProto

/// `roost backup`
struct BackupCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Write a consistent copy of the coordinator's database to a file.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Flag(name: .long, help: "Replace an existing file.")
  var force = false

  @Argument(help: "The file to write.", completion: .file())
  var file: String

  func run(in environment: CommandEnvironment) async throws {
    guard file != "-" else {
      throw FleetError.usage(
        "a backup is written to a file, whole or not at all; \"-\" is none", hint: "roost backup FILE")
    }
    guard force || !FileManager.default.fileExists(atPath: file) else {
      throw FleetError(.conflict, "there is a file \(file.terminalSafe) already", hint: "--force replaces it")
    }
    guard !isDatabaseInUse else {
      throw FleetError(
        .precondition, "\(file.terminalSafe) is a database that a program has open, and no backup",
        hint: "choose another file: roost backup FILE")
    }
    let bar = ProgressBar(on: environment.errors, isQuiet: output.quiet)
    defer { bar.clear() }
    try await environment.withFleet(connection) { fleet in
      let draft = try AtomicFile(file, mode: 0o600)
      let count = try await fleet.administration.backup(Roost_V1_BackupRequest(), options: fleet.stream) { response in
        var count: Int64 = 0
        for try await chunk in response.messages {
          try draft.append(Array(chunk.data))
          count += Int64(chunk.data.count)
          bar.show("backup: \(ByteCount(bytes: count))", fraction: nil)
        }
        return count
      }
      guard count > 0 else { throw FleetError(.internal, "the coordinator sent nothing") }
      try draft.finish()
      bar.clear()
      let outputValue = OutputValue.object(["file": .text(file), "bytes": .integer(count)])
      output.confirm(
        "\(file): \(ByteCount(bytes: count))", .detail(Detail(name: file, lines: [], outputValue: outputValue)),
        in: environment)
      if !output.quiet {
        environment.note("keep ca.crt, ca.key and ca.crl of the data directory with it: roost help recovery")
      }
    }
  }

  /// True if SQLite's log or index stands beside the file, as it does while a coordinator serves from it.
  private var isDatabaseInUse: Bool {
    ["-wal", "-shm"].contains { FileManager.default.fileExists(atPath: file + $0) }
  }
}
