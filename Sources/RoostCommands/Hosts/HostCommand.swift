internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost host`
struct HostCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "host", abstract: "Hosts of the fleet.",
    subcommands: [
      HostListCommand.self, HostShowCommand.self, HostTokenCommand.self, HostCordonCommand.self,
      HostUncordonCommand.self, HostLabelCommand.self, HostDrainCommand.self,
      HostRemoveCommand.self, HostRevokeCommand.self, HostDisregardCommand.self,
    ])
}

/// `roost host list`
struct HostListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the hosts.", aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var watching: WatchOptions

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      try await watching.show(output, in: environment) {
        let response = try await fleet.hosts.list(Roost_V1_ListHostsRequest(), options: fleet.brief)
        let hosts = try response.hosts.map { try HostSummary($0) }.sorted { $0.name < $1.name }
        return .listing(HostSummary.listing(hosts, at: environment.clock.now()))
      }
    }
  }
}

/// `roost host show`
struct HostShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a host with everything that its agent reports.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The host's name or id.", completion: .hosts)
  var name: String

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.hosts.get(.with { $0.host = name }, options: fleet.brief)
      output.show(.detail(try HostDetail(response).view(at: environment.clock.now())), in: environment)
    }
  }
}
