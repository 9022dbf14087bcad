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
  /// the end the status is that of the failures, or `partlyFailed` if some succeeded. Who waits no longer for one
  /// (`timed_out`) does not go on to the next.
  func callAsFunction(_ names: [String], _ body: @Sendable (String) async throws -> Void) async throws {
    var statuses: [ExitStatus] = []
    for name in names {
      do {
        try await body(name)
      } catch let ended as Ended {
        statuses.append(ended.status)
      } catch {
        let failure = client.explain(error)
        guard names.count > 1, failure.code != .timedOut else { throw failure }
        output.report(failure, in: world)
        statuses.append(ExitStatus(failure.code))
      }
    }
    guard let first = statuses.first else { return }
    guard statuses.count == names.count else { throw Ended(status: .partlyFailed) }
    throw Ended(status: Set(statuses).count == 1 ? first : .failed)
  }
}
