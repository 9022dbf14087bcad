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

  @Option(
    help: ArgumentHelp(
      "Only the hosts whose name is like this, such as 'rack1-*'; ? stands for one character.", valueName: "pattern"))
  var name: String?

  @Option(help: ArgumentHelp("Only the hosts in this state, such as unreachable.", valueName: "state"))
  var state: String?

  @Option(
    help: ArgumentHelp("Only the hosts with this label, KEY or KEY=VALUE; several must all match.", valueName: "label"))
  var label: [String] = []

  func run(in environment: CommandEnvironment) async throws {
    let filter = try HostFilter(name: name ?? "", state: state ?? "", labels: label)
    let request = Roost_V1_ListHostsRequest.with {
      $0.name = name ?? ""
      $0.state = state ?? ""
      $0.labels = label
    }.inPages
    let isChoosing = name != nil || state != nil || !label.isEmpty
    try await environment.withFleet(connection) { fleet in
      try await watching.show(output, in: environment, of: fleet) { options, read in
        try await fleet.hosts.list(request, options: options, onResponse: read)
      } listing: { page in
        // A coordinator that is older than the filters sends all hosts.
        let hosts = try page.hosts.map { try HostSummary($0) }.filter(filter.matches).sorted { $0.name < $1.name }
        return HostSummary.listing(hosts, at: environment.clock.now(), choosing: isChoosing)
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
