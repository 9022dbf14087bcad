internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

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

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let undertaking = Undertaking(
        client: fleet, world: world, connection: connection, output: output, noWait: wait.noWait)
      let place = try await fleet.host(of: name, chosen: host)
      let response = try await fleet.hosts.setNetwork(
        .with {
          $0.requestID = world.newRequestID()
          $0.host = place
          $0.name = name
          $0.active = false
        }, options: fleet.brief)
      guard let operation = try await undertaking.follow(response.operation) else { return }
      output.confirm(
        "network \(name) is stopped on \(place)", .detail(operation.view(at: world.clock.now())), in: world)
    }
  }
}
