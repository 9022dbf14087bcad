internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost op list`
struct OperationListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List operations, newest first.", aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Flag(name: .long, help: "Only those that have not ended.")
  var unfinished = false

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.operations.list(.with { $0.unfinished = unfinished }, options: fleet.brief)
      let operations = try response.operations.map { try FleetOperation($0) }.sorted { $0.createdAt > $1.createdAt }
      output.show(.listing(FleetOperation.listing(operations, at: world.clock.now())), in: world)
    }
  }
}
