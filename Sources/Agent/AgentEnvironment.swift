package import Fleet
internal import Synchronization

/// What differs between a real host and a test: the time of day, the passing of time, and chance.
package struct AgentEnvironment: Sendable {
  /// The time of day.
  package let wallClock: any WallClock
  /// The passing of time.
  package let clock: any Clock<Duration>
  /// Chance.
  package let random: any RandomSource

  /// Makes surroundings; only mains and tests do.
  package init(wallClock: any WallClock, clock: any Clock<Duration>, random: any RandomSource) {
    self.wallClock = wallClock
    self.clock = clock
    self.random = random
  }
}

extension AgentEnvironment {
  /// How long work that was told to end is waited for: a child process that hangs in the kernel hears nothing.
  static let grace = Duration.seconds(5)

  /// Runs `work` for at most so long. Work that does not end when its time is over, or when the caller is cancelled,
  /// is left behind after ``grace``.
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

/// The first result of several that race for it.
private final class FirstResult<Value: Sendable>: Sendable {
  private struct State {
    var result: Result<Value, any Error>?
    var late: (any Error)?
    var waiter: CheckedContinuation<Value, any Error>?
  }

  private let guarded = Mutex(State())

  /// Gives the result, unless there is one; what comes after the time is over is late, whatever it is.
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

  /// Says that the time is over: whatever ends from now on has failed so.
  func expire(_ error: any Error) {
    guarded.withLock { $0.late = error }
  }

  /// The result, once it is there.
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
