internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost host remove`
struct HostRemoveCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Let a host leave the fleet; its guests are not touched.", aliases: ["rm"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Argument(help: "The host's name or id.", completion: .hosts)
  var name: String

  func run(in world: Surroundings) async throws {
    try confirmation.confirm("let host \"\(name)\" leave the fleet", in: world)
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.hosts.remove(
        .with {
          $0.requestID = world.newRequestID()
          $0.host = name
        }, options: fleet.brief)
      let host = try HostSummary(response.host)
      output.confirm(
        "\(host.name) left the fleet", .detail(Detail(name: host.name, lines: [], tree: host.tree)), in: world)
    }
  }
}
