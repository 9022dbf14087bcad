internal import ArgumentParser
internal import Fleet
internal import GRPCCore
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost audit`
struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Changes of certificates, tokens and users, and refused callers.",
    subcommands: [AuditListCommand.self])
}

/// `roost audit list`
struct AuditListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the audit log, which is kept apart from the events.", aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("Only events after this number.", valueName: "number"))
  var since: UInt64 = 0

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      try await fleet.operations.audit(.with { $0.since = since }, options: fleet.stream) { response in
        var printer = EventPrinter(output, in: environment)
        for try await message in response.messages {
          guard printer.wantsMore else { return }
          printer.show(try FleetEvent(message))
        }
        printer.end()
      }
    }
  }
}
