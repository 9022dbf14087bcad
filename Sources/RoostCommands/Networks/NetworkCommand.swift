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

  @OptionGroup var options: HostListOptions

  func run(in environment: CommandEnvironment) async throws {
    try await options.show(in: environment) { fleet, host in
      let response = try await fleet.hosts.listNetworks(.with { $0.host = host }, options: fleet.brief)
      return HostNetwork.listing(try response.networks.map { (host: $0.host, network: try HostNetwork($0.network)) })
    }
  }
}

/// `roost network start`
struct NetworkStartCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Start a libvirt network of a host.")

  @OptionGroup var options: NetworkOptions

  func run(in environment: CommandEnvironment) async throws {
    try await options.setActive(true, in: environment)
  }
}

/// `roost network stop`
struct NetworkStopCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stop a libvirt network of a host.")

  @OptionGroup var options: NetworkOptions

  func run(in environment: CommandEnvironment) async throws {
    try await options.setActive(false, in: environment)
  }
}

/// Options of `roost network start` and `roost network stop`.
struct NetworkOptions: ParsableArguments {
  @OptionGroup var options: OperationOptions

  @Option(
    help: ArgumentHelp("The host; may be left out if only one has the network.", valueName: "host"), completion: .hosts)
  var host: String?

  @Argument(help: "The network's name.")
  var name: String

  /// Starts or stops the network.
  func setActive(_ active: Bool, in environment: CommandEnvironment) async throws {
    try await environment.withFleet(options.connection) { fleet in
      let follower = options.follower(fleet, in: environment)
      let place = try await fleet.host(of: name, chosen: host)
      let response = try await fleet.hosts.setNetwork(
        .with {
          $0.requestID = environment.newRequestID()
          $0.host = place
          $0.name = name
          $0.active = active
        }, options: fleet.brief)
      guard let operation = try await follower.follow(response.operation) else { return }
      options.output.confirm(
        "network \(name) is \(active ? "active" : "stopped") on \(place)",
        .detail(operation.view(at: environment.clock.now())), in: environment)
    }
  }
}

/// Options of `roost network list` and `roost pool list`.
struct HostListOptions: ParsableArguments {
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("Only this host's.", valueName: "host"), completion: .hosts)
  var host: String?

  /// Shows what one host has, or all of them.
  func show(
    in environment: CommandEnvironment, _ list: @Sendable (FleetClient, _ host: String) async throws -> Listing
  ) async throws {
    try await environment.withFleet(connection) { fleet in
      output.show(.listing(try await list(fleet, host ?? "")), in: environment)
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
