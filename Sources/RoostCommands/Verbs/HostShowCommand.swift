internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost host show`
struct HostShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a host with all that its agent reports.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The host's name or id.", completion: .hosts)
  var name: String

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.hosts.get(.with { $0.host = name }, options: fleet.brief)
      output.show(.detail(try HostDetail(response).view(at: world.clock.now())), in: world)
    }
  }
}
