internal import ArgumentParser
internal import Fleet
internal import RoostProto

/// Options of commands that start operations and wait for them.
struct OperationOptions: ParsableArguments {
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var wait: WaitOptions

  /// Follows operations as the options ask.
  func follower(_ fleet: FleetClient, in environment: CommandEnvironment) -> OperationFollower {
    OperationFollower(
      client: fleet, environment: environment, connection: connection, output: output, noWait: wait.noWait)
  }

  /// Starts an operation for each name in turn, waits for it, and confirms it.
  /// - Parameter done: the sentence that confirms a finished operation.
  func run(
    for names: [String], in environment: CommandEnvironment,
    _ start: @Sendable (FleetClient, _ name: String) async throws -> Roost_V1_Operation,
    done: @Sendable (FleetOperation) -> String
  ) async throws {
    try await environment.withFleet(connection) { fleet in
      let follower = follower(fleet, in: environment)
      try await Batch(client: fleet, environment: environment, output: output)(names) { name in
        guard let operation = try await follower.follow(start(fleet, name)) else { return }
        output.confirm(done(operation), .detail(operation.view(at: environment.clock.now())), in: environment)
      }
    }
  }
}
