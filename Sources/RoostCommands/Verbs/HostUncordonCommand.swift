internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost host uncordon`
struct HostUncordonCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "uncordon", abstract: "Open a host for new VMs.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "Names or ids of hosts.", completion: .hosts)
  var names: [String]

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      try await Batch(client: fleet, world: world, output: output)(names) { name in
        let response = try await fleet.hosts.setCordon(
          .with {
            $0.requestID = world.newRequestID()
            $0.host = name
            $0.cordoned = false
          }, options: fleet.brief)
        let host = try HostSummary(response.host)
        output.confirm(
          "\(host.name) takes new VMs", .detail(Detail(name: host.name, lines: [], tree: host.tree)), in: world)
      }
    }
  }
}
