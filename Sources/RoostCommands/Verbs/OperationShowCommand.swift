internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost op show`
struct OperationShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show an operation and its steps.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The operation's id.", completion: .operations)
  var id: String

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.operations.get(.with { $0.id = id }, options: fleet.brief)
      let operation = try FleetOperation(response.operation)
      output.show(.detail(operation.view(at: world.clock.now())), in: world)
    }
  }
}
