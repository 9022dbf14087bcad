internal import Fleet
internal import Platform

/// Runs a call for each of several names.
struct Batch: Sendable {
  let client: FleetClient
  let environment: CommandEnvironment
  let output: OutputOptions

  /// Runs `body` for each name in turn.
  ///
  /// With one name its error is thrown. With several, each error is reported at once and the others continue; the final
  /// status is that of the failures, or `partlyFailed` if some succeeded. After `timed_out` and
  /// `detached` the remaining names are skipped.
  func callAsFunction(_ names: [String], _ body: @Sendable (String) async throws -> Void) async throws {
    var statuses: [ExitStatus] = []
    for name in names {
      do {
        try await body(name)
      } catch let ended as CommandExit {
        statuses.append(ended.status)
      } catch {
        let failure = client.explain(error)
        guard names.count > 1, ![.timedOut, .detached].contains(failure.code) else { throw failure }
        output.report(failure, in: environment)
        statuses.append(ExitStatus(failure.code))
      }
    }
    guard let first = statuses.first else { return }
    guard statuses.count == names.count else { throw CommandExit(status: .partlyFailed) }
    throw CommandExit(status: Set(statuses).count == 1 ? first : .failed)
  }
}
