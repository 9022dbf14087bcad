internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost op wait`
struct OperationWaitCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "wait", abstract: "Wait for operations to end.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "Ids of operations.", completion: .operations)
  var ids: [String]

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let undertaking = Undertaking(
        client: fleet, world: world, connection: connection, output: output, noWait: false)
      try await Batch(client: fleet, world: world, output: output)(ids) { id in
        let response = try await fleet.operations.get(.with { $0.id = id }, options: fleet.brief)
        guard let operation = try await undertaking.follow(response.operation) else { return }
        let view = operation.view(at: world.clock.now())
        output.confirm("\(operation.kind.rawValue) \(operation.subject) is done", .detail(view), in: world)
      }
    }
  }
}
