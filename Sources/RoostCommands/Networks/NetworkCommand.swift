internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost network`
struct NetworkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "network", abstract: "libvirt networks of the hosts.",
    subcommands: [NetworkListCommand.self, NetworkStartCommand.self, NetworkStopCommand.self])
}

/// `roost network list`
struct NetworkListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the libvirt networks of the hosts.", aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("Only this host's.", valueName: "host"), completion: .hosts)
  var host: String?

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.hosts.listNetworks(.with { $0.host = host ?? "" }, options: fleet.brief)
      let networks = try response.networks.map { (host: $0.host, network: try HostNetwork($0.network)) }
      output.show(.listing(HostNetwork.listing(networks)), in: environment)
    }
  }
}

/// `roost network start`
struct NetworkStartCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Start a libvirt network of a host.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var wait: WaitOptions

  @Option(
    help: ArgumentHelp("The host; may be left out if only one has the network.", valueName: "host"), completion: .hosts)
  var host: String?

  @Argument(help: "The network's name.")
  var name: String

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      let follower = OperationFollower(
        client: fleet, environment: environment, connection: connection, output: output, noWait: wait.noWait)
      let place = try await fleet.host(of: name, chosen: host)
      let response = try await fleet.hosts.setNetwork(
        .with {
          $0.requestID = environment.newRequestID()
          $0.host = place
          $0.name = name
          $0.active = true
        }, options: fleet.brief)
      guard let operation = try await follower.follow(response.operation) else { return }
      output.confirm(
        "network \(name) is active on \(place)", .detail(operation.view(at: environment.clock.now())), in: environment)
    }
  }
}

/// `roost network stop`
struct NetworkStopCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stop a libvirt network of a host.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var wait: WaitOptions

  @Option(
    help: ArgumentHelp("The host; may be left out if only one has the network.", valueName: "host"), completion: .hosts)
  var host: String?

  @Argument(help: "The network's name.")
  var name: String

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      let follower = OperationFollower(
        client: fleet, environment: environment, connection: connection, output: output, noWait: wait.noWait)
      let place = try await fleet.host(of: name, chosen: host)
      let response = try await fleet.hosts.setNetwork(
        .with {
          $0.requestID = environment.newRequestID()
          $0.host = place
          $0.name = name
          $0.active = false
        }, options: fleet.brief)
      guard let operation = try await follower.follow(response.operation) else { return }
      output.confirm(
        "network \(name) is stopped on \(place)", .detail(operation.view(at: environment.clock.now())), in: environment)
    }
  }
}

extension HostNetwork {
  /// Networks of hosts as a listing.
  static func listing(_ networks: [(host: String, network: HostNetwork)]) -> Listing {
    Listing(
      columns: [
        .init("HOST", cut: 16), .init("NAME", cut: 24), .init("STATE"), .init("AUTOSTART", drop: 1),
        .init("BRIDGE", cut: 16), .init("FORWARD", drop: 2),
      ],
      rows: networks.map { host, network in
        Listing.Row(
          name: network.name,
          cells: [
            .init(host), .init(network.name), network.isActive ? .init("active", .good) : .init("inactive", .caution),
            .init(network.autostart ? "yes" : "no"), .init(network.bridge), .init(network.forward),
          ], outputValue: OutputValue.object(["host": .text(host)]).adding(network.outputValue))
      }, empty: "no networks")
  }
}
