import Fleet
import Logging
import Store

/// Deletes old rows a few at a time: requests that are too old to be repeated, and old events. It never deletes rows of
/// the ledger, except for sightings of addresses that Roost did not give.
struct Pruner: Sendable {
  /// How long a request's answer is kept for a repeat.
  static let requestSeconds: Int64 = 7 * 86_400
  /// How long an event is kept.
  static let eventSeconds: Int64 = 90 * 86_400
  /// The most events that are kept.
  static let eventLimit: Int64 = 1_000_000
  /// How long the audit log is kept.
  static let auditSeconds: Int64 = 400 * 86_400
  /// The most refused callers in the audit log.
  static let refusalLimit: Int64 = 100_000
  /// How long ended sightings are kept.
  static let sightingSeconds: Int64 = 90 * 86_400
  /// The most ended sightings of one host.
  static let sightingLimit = 16_384
  private static let interval: Duration = .seconds(600)
  private static let pause: Duration = .milliseconds(50)

  let epochState: EpochState
  let store: FleetStore
  let clock: any WallClock
  let logger: Logger
  var requestSeconds = Self.requestSeconds
  var eventSeconds = Self.eventSeconds
  var eventLimit = Self.eventLimit
  var sightingSeconds = Self.sightingSeconds
  var sightingLimit = Self.sightingLimit
  /// The most rows that one transaction deletes, so that other changes are not delayed.
  var batch = 500

  /// Prunes periodically, until the task is cancelled.
  func run() async throws {
    while true {
      do {
        try await prune()
      } catch let error as FleetError {
        logger.error("what is old is not forgotten: \(error)")
      }
      try await Task.sleep(for: Self.interval)
    }
  }

  /// Deletes all old rows; nothing while the fleet settles, since the database may be older.
  func prune() async throws {
    guard !epochState.isSettling else { return }
    let now = clock.now()
    let batch = batch
    let (requests, events) = (now.adding(seconds: -requestSeconds), now.adding(seconds: -eventSeconds))
    let limit = eventLimit
    while try await store.commit({ try $0.pruneRequests(before: requests, limit: batch) }) == batch {
      try await Task.sleep(for: Self.pause)
    }
    while try await store.commit({ try $0.pruneEvents(before: events, keeping: limit, limit: batch) }) == batch {
      try await Task.sleep(for: Self.pause)
    }
    let old = now.adding(seconds: -Self.auditSeconds)
    while try await store.commit({
      try $0.pruneAudit(before: old, keeping: Self.refusalLimit, limit: batch)
    }) == batch {
      try await Task.sleep(for: Self.pause)
    }
    let (sightings, most) = (now.adding(seconds: -sightingSeconds), sightingLimit)
    while try await store.commit({ try $0.pruneSightings(before: sightings, keeping: most, limit: batch) }) == batch {
      try await Task.sleep(for: Self.pause)
    }
  }
}
