/// Runs programs of the host.
public protocol CommandRunner: Sendable {
  /// Runs a program to its end.
  /// - Throws: ``FleetError`` with code `unsupported` if there is no such program, `timedOut` after its time.
  func run(_ command: Command) async throws -> CommandResult
}
