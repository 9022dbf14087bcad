internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost network list`
struct NetworkListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the libvirt networks of the hosts.", aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("Only this host's.", valueName: "host"), completion: .hosts)
  var host: String?

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.hosts.listNetworks(.with { $0.host = host ?? "" }, options: fleet.brief)
      let networks = try response.networks.map { (host: $0.host, network: try HostNetwork($0.network)) }
      output.show(.listing(HostNetwork.listing(networks)), in: world)
    }
  }
}
