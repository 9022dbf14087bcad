internal import Fleet
internal import RoostAPI
internal import RoostProto

/// Follows the operation of a write, as the flags ask.
struct OperationFollower: Sendable {
  let client: FleetClient
  let environment: CommandEnvironment
  let connection: ConnectionOptions
  let output: OutputOptions
  /// True to print the operation's id instead of waiting.
  let noWait: Bool

  /// Waits for an operation, or prints its id with `--no-wait`.
  /// - Returns: the operation once it has succeeded; nil with `--no-wait`.
  func follow(_ message: Roost_V1_Operation) async throws -> FleetOperation? {
    let operation = try FleetOperation(message)
    guard !noWait else {
      switch output.output {
      case .table, .wide, .name: environment.output.writeLine(operation.id.description)
      case .json, .yaml, .csv: output.show(.detail(operation.view(at: environment.clock.now())), in: environment)
      }
      return nil
    }
    let bar = ProgressBar(on: environment.errors, isQuiet: output.quiet)
    let wait = OperationWait(client: client, environment: environment, bar: bar, timeout: try connection.waitTimeout())
    return try await wait(operation.id)
  }
}
