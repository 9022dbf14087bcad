internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost policy show`
struct PolicyShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show the policy, and how many starts were judged by it.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.enforcement.getPolicy(.init(), options: fleet.brief)
      let policy = try StartPolicy(response.policy)
      output.show(.detail(policy.view(try StartCounts(response.counts))), in: world)
    }
  }
}
