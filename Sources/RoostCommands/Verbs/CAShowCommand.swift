internal import ArgumentParser
internal import Fleet
internal import RoostProto
internal import SwiftProtobuf

/// `roost ca show`
struct CAShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show the fleet's authority, and while it is being replaced, who has not moved yet.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.certificates.showAuthorities(.init(), options: fleet.brief)
      output.show(.detail(try AuthoritiesView(response).detail), in: world)
    }
  }
}
