internal import Fleet
internal import GRPCCore
internal import RoostAPI

/// One thing done to each of several.
struct Batch: Sendable {
  let client: FleetClient
  let world: Surroundings
  let output: OutputOptions

  /// Runs `body` for each name in turn.
  ///
  /// With one name its error is thrown. With several each error is reported as it comes, the others go on, and at
  /// the end the status is that of the failures, or `partlyFailed` if some succeeded.
  func callAsFunction(_ names: [String], _ body: @Sendable (String) async throws -> Void) async throws {
    var failures: [FleetError] = []
    for name in names {
      do {
        try await body(name)
      } catch {
        let failure = client.explain(error)
        if names.count == 1 || failure.code == .timedOut && failure.message.hasPrefix("detached") { throw failure }
        output.report(failure, in: world)
        failures.append(failure)
      }
    }
    guard !failures.isEmpty else { return }
    guard failures.count == names.count else { throw Ended(status: .partlyFailed) }
    let statuses = Set(failures.map { ExitStatus($0.code) })
    throw Ended(status: statuses.count == 1 ? statuses.first ?? .failed : .failed)
  }
}
