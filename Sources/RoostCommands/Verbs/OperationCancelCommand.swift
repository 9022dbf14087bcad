internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost op cancel`
struct OperationCancelCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "End operations that have not ended.",
    discussion: """
      The operation fails as cancelled and its VM is free. Its host stops what can be stopped half-way: making disks, \
      waiting for a guest; what libvirt is changing at that moment goes through, and the operation's hint says so.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "Ids of operations.", completion: .operations)
  var ids: [String]

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      try await Batch(client: fleet, world: world, output: output)(ids) { id in
        let response = try await fleet.operations.cancel(
          .with {
            $0.requestID = world.newRequestID()
            $0.id = id
          }, options: fleet.brief)
        let operation = try FleetOperation(response.operation)
        output.confirm(
          "\(operation.kind.rawValue) of \(operation.subject) is cancelled",
          .detail(operation.view(at: world.clock.now())),
          in: world)
        if let hint = operation.failure?.hint, !hint.isEmpty, !output.quiet { world.note(hint) }
      }
    }
  }
}
