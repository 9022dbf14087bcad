internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost policy show`
struct PolicyShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the policy, how many starts were judged by it, and what the fleet breaks of it.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.enforcement.getPolicy(.init(), options: fleet.brief)
      let starts = try StartPolicy(response.policy).view(try StartCounts(response.counts))
      let answer = try await fleet.planning.getPolicy(.init(), options: fleet.brief)
      let placement = PlacementPolicyView(policy: try FleetPolicy(answer.policy), broken: answer.broken)
      let detail = Detail(
        name: starts.name, lines: starts.lines + placement.detail.lines,
        tree: starts.tree.adding(["placement": placement.detail.tree]))
      output.show(.detail(detail), in: world)
    }
  }
}
