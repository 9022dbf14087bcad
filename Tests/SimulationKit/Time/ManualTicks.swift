import FleetTestKit
import Synchronization

/// Passing time that stands still until a test lets it pass; whoever sleeps until then wakes.
package final class ManualTicks: Clock {
  /// A moment, counted from the clock's making.
  package struct Instant: InstantProtocol {
    package let elapsed: Duration

    package func advanced(by duration: Duration) -> Instant { Instant(elapsed: elapsed + duration) }
    package func duration(to other: Instant) -> Duration { other.elapsed - elapsed }
    package static func < (left: Instant, right: Instant) -> Bool { left.elapsed < right.elapsed }
  }

  private struct State {
    var now = Instant(elapsed: .zero)
    var last = 0
    var sleepers: [Int: (deadline: Instant, continuation: CheckedContinuation<Void, any Error>)] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  package var now: Instant { state.withLock { $0.now } }
  /// How many sleep now.
  package var sleeping: Int { state.withLock { $0.sleepers.count } }
  package var minimumResolution: Duration { .nanoseconds(1) }

  /// Lets time pass.
  package func advance(by duration: Duration) {
    let awake = state.withLock { state in
      state.now = state.now.advanced(by: duration)
      let due = state.sleepers.filter { $0.value.deadline <= state.now }
      for id in due.keys { state.sleepers[id] = nil }
      return due.values.sorted { $0.deadline < $1.deadline }.map(\.continuation)
    }
    for continuation in awake { continuation.resume() }
  }

  /// Lets time pass, a step whenever somebody sleeps, until the work is done.
  /// - Parameter beside: is called with each step.
  package func run<Value: Sendable>(
    by step: Duration, beside: () -> Void = {}, _ work: @escaping @Sendable () async -> Value
  ) async throws -> Value {
    let isDone = Mutex(false)
    let task = Task {
      let value = await work()
      isDone.withLock { $0 = true }
      return value
    }
    defer { task.cancel() }
    try await eventually("the work is done") {
      if sleeping > 0 {
        beside()
        advance(by: step)
      }
      return isDone.withLock { $0 }
    }
    return await task.value
  }

  package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let id = state.withLock { state in
      state.last += 1
      return state.last
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        let outcome: Result<Void, any Error>? = state.withLock { state in
          // A cancellation that came first has found nobody to wake.
          if Task.isCancelled { return .failure(CancellationError()) }
          if deadline <= state.now { return .success(()) }
          state.sleepers[id] = (deadline, continuation)
          return nil
        }
        if let outcome { continuation.resume(with: outcome) }
      }
    } onCancel: {
      state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
    }
  }
}
