package import Fleet
internal import Synchronization

/// The wall clock, the clock and the random source of the agent, which tests replace.
package struct AgentEnvironment: Sendable {
  /// Gives the time of day.
  package let wallClock: any WallClock
  /// Measures durations.
  package let clock: any Clock<Duration>
  /// Gives random numbers.
  package let random: any RandomSource

  /// Makes an environment; only mains and tests do.
  package init(wallClock: any WallClock, clock: any Clock<Duration>, random: any RandomSource) {
    self.wallClock = wallClock
    self.clock = clock
    self.random = random
  }
}

extension AgentEnvironment {
  /// How long to wait for cancelled work: a child process that hangs in the kernel does not react.
  static let grace = Duration.seconds(5)

  /// Runs `work` for at most the given time. Work that does not end when its time is over, or when the caller is
  /// cancelled, is left behind after ``grace``.
  /// - Throws: what `work` throws, or ``FleetError`` with code `timedOut` that says what took too long.
  func limit<Value: Sendable>(
    _ what: String, to duration: Duration, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let result = FirstResult<Value>()
    let child = Task {
      do { result.settle(.success(try await work())) } catch { result.settle(.failure(error)) }
    }
    let timer = Task { [clock] in
      do { try await clock.sleep(for: duration) } catch { return }
      let late = FleetError(.timedOut, "\(what) takes longer than \(duration)", retryable: true)
      result.expire(late)
      child.cancel()
      do { try await clock.sleep(for: Self.grace) } catch { return }
      result.settle(.failure(late))
    }
    defer { timer.cancel() }
    return try await withTaskCancellationHandler {
      try await result.value
    } onCancel: { [clock] in
      child.cancel()
      Task {
        try? await clock.sleep(for: Self.grace)
        result.settle(.failure(CancellationError()))
      }
    }
  }
}

/// The first of several results; later ones are ignored.
private final class FirstResult<Value: Sendable>: Sendable {
  private struct State {
    var result: Result<Value, any Error>?
    var late: (any Error)?
    var waiter: CheckedContinuation<Value, any Error>?
  }

  private let guarded = Mutex(State())

  /// Sets the result unless there is one; after ``expire(_:)`` every result is late.
  func settle(_ result: Result<Value, any Error>) {
    let (waiter, settled) = guarded.withLock {
      state -> (CheckedContinuation<Value, any Error>?, Result<Value, any Error>)
      in
      let settled = state.late.map { .failure($0) } ?? result
      guard state.result == nil else { return (nil, settled) }
      state.result = settled
      defer { state.waiter = nil }
      return (state.waiter, settled)
    }
    waiter?.resume(with: settled)
  }

  /// Ends the time: every later result is replaced by this error.
  func expire(_ error: any Error) {
    guarded.withLock { $0.late = error }
  }

  /// Waits for the result.
  var value: Value {
    get async throws {
      try await withCheckedThrowingContinuation { continuation in
        let settled = guarded.withLock { state -> Result<Value, any Error>? in
          if state.result == nil { state.waiter = continuation }
          return state.result
        }
        if let settled { continuation.resume(with: settled) }
      }
    }
  }
}
