internal import Fleet
internal import RoostAPI
internal import RoostProto

/// A write: what the coordinator accepted, waited for as the flags say.
struct Undertaking: Sendable {
  let client: FleetClient
  let world: Surroundings
  let connection: ConnectionOptions
  let output: OutputOptions
  /// True to print the operation's id instead of waiting.
  let noWait: Bool

  /// Waits for an operation, or prints its id under `--no-wait`.
  /// - Returns: the operation when it has ended well; nil if nobody waits.
  func follow(_ message: Roost_V1_Operation) async throws -> FleetOperation? {
    let operation = try FleetOperation(message)
    guard !noWait else {
      switch output.output {
      case .table, .wide, .name: world.output.writeLine(operation.id.description)
      case .json, .yaml, .csv: output.show(.detail(operation.view(at: world.clock.now())), in: world)
      }
      return nil
    }
    let bar = ProgressBar(on: world.errors, isQuiet: output.quiet)
    let wait = OperationWait(client: client, world: world, bar: bar, timeout: try connection.waitTimeout())
    return try await wait(operation.id)
  }
}
