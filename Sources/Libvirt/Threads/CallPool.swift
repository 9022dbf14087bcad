internal import Synchronization

/// A few threads for blocking calls, so that Swift's own threads never block.
///
/// libvirtd handles five requests of one client at a time, keepalive included, so no more than four calls belong on one
/// connection. The threads end when the pool is closed or freed.
package final class CallPool: Sendable {
  private let queue: CallQueue
  private let name: String
  private let clock: (any Clock<Duration>)?

  /// Starts the threads; throws ``CallPoolError/noThread(errorNumber:)``.
  ///
  /// At most `queueLimit` calls wait for a thread. The clock measures deadlines; without one
  /// no call has any.
  package init(name: String, threads: Int = 3, queueLimit: Int = 64, clock: (any Clock<Duration>)? = nil) throws {
    precondition(threads > 0 && queueLimit >= 0, "a pool needs a thread")
    self.name = name
    self.clock = clock
    let queue = CallQueue(limit: queueLimit, threads: threads)
    self.queue = queue
    for _ in 0..<threads {
      do throws(DedicatedThread.Unavailable) {
        try DedicatedThread.start(name) { queue.serve() }
      } catch {
        queue.close()
        throw CallPoolError.noThread(errorNumber: error.errorNumber)
      }
    }
  }

  deinit { queue.close() }

  /// Starts one more thread for the pool's lifetime; throws ``CallPoolError/noThread(errorNumber:)``.
  package func addThread() throws {
    let queue = queue
    queue.threadAdded()
    do throws(DedicatedThread.Unavailable) {
      try DedicatedThread.start(name) { queue.serve() }
    } catch {
      queue.threadRemoved()
      throw CallPoolError.noThread(errorNumber: error.errorNumber)
    }
  }

  /// Refuses further calls: those waiting throw ``CallPoolError/closed(call:)``, running ones continue, and a stuck one
  /// keeps only its thread.
  package func close() { queue.close() }

  /// The load of the pool at one moment.
  package struct Load: Sendable, Hashable {
    /// All threads.
    package let threads: Int
    /// Calls on a thread, including stuck ones.
    package let running: Int
    /// Calls that wait for a thread.
    package let waiting: Int
    /// The names of calls whose caller gave up and that still hold their thread, in the order in which they were given
    /// up.
    package let stuck: [String]

    /// Makes a load from its numbers.
    package init(threads: Int, running: Int, waiting: Int, stuck: [String]) {
      self.threads = threads
      self.running = running
      self.waiting = waiting
      self.stuck = stuck
    }
  }

  /// The present load.
  package var load: Load { queue.load }

  /// Runs a call on one of the threads and waits for it, for the lifetime of the calling task.
  ///
  /// `name` names the call in errors and in ``load``. Throws what the call throws,
  /// ``CallPoolError/queueFull(call:limit:)`` at once, or `CancellationError`; a call that already runs then continues
  /// and its result is dropped.
  package func run<Value: Sendable>(
    _ name: String, _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await wait(for: PoolCall(name: name, body))
  }

  /// Runs a call on one of the threads and waits for it for a limited time.
  ///
  /// The time includes waiting for a thread; a call that did not start in time never starts. Throws
  /// ``CallPoolError/timedOut(call:after:stuck:threads:)``, and as ``run(_:_:)`` does.
  package func run<Value: Sendable>(
    _ name: String, within limit: Duration, _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    let call = PoolCall(name: name, body)
    let timer = Task { [queue, clock] in
      guard let clock else { return }
      do { try await clock.sleep(for: limit, tolerance: nil) } catch { return }
      queue.giveUp(call) { stuck, threads in
        CallPoolError.timedOut(call: name, after: limit, stuck: stuck, threads: threads)
      }
    }
    defer { timer.cancel() }
    return try await wait(for: call)
  }

  private func wait<Value>(for call: PoolCall<Value>) async throws -> Value {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        guard call.attach(continuation) else { return }
        queue.add(call)
      }
    } onCancel: {
      queue.giveUp(call) { _, _ in CancellationError() }
    }
  }
}

/// Why a ``CallPool`` gave no result.
package enum CallPoolError: Error, Sendable, Hashable {
  /// The queue has no room for another call.
  case queueFull(call: String, limit: Int)
  /// The call took too long. If it had started it continues and keeps its thread; `stuck` of the pool's `threads` are
  /// held in this way.
  case timedOut(call: String, after: Duration, stuck: Int, threads: Int)
  /// The pool is closed.
  case closed(call: String)
  /// The system can't start another thread.
  case noThread(errorNumber: Int32)
}

extension CallPoolError: CustomStringConvertible {
  /// One sentence with the numbers.
  package var description: String {
    switch self {
    case .queueFull(let call, let limit):
      "the call \"\(call)\" is refused, as \(limit) calls wait already"
    case .timedOut(let call, let after, let stuck, let threads):
      "the call \"\(call)\" has no answer after \(after); \(stuck) of \(threads) threads are stuck"
    case .closed(let call):
      "the call \"\(call)\" is refused, as its threads end"
    case .noThread(let errorNumber):
      "the system has no thread to give (errno \(errorNumber))"
    }
  }
}

/// One call in a ``CallPool``; the first result decides what the caller gets.
final class PoolCall<Value: Sendable>: AnyPoolCall {
  private enum Phase {
    case fresh
    case awaited(CheckedContinuation<Value, any Error>)
    case settledEarly(any Error)
    case settled
  }

  let name: String
  private let body: @Sendable () throws -> Value
  private let phase = Mutex<Phase>(.fresh)

  init(name: String, _ body: @escaping @Sendable () throws -> Value) {
    self.name = name
    self.body = body
  }

  /// Registers the caller; false if the call was already given up and the caller has been resumed with an error.
  func attach(_ continuation: CheckedContinuation<Value, any Error>) -> Bool {
    let early: (any Error)? = phase.withLock { phase in
      if case .settledEarly(let error) = phase { return error }
      phase = .awaited(continuation)
      return nil
    }
    guard let early else { return true }
    continuation.resume(throwing: early)
    return false
  }

  func perform() -> @Sendable () -> Void {
    let result = Result { try body() }
    return { self.settle(result) }
  }

  func fail(_ error: any Error) { settle(.failure(error)) }

  var isSettled: Bool {
    phase.withLock { phase in
      switch phase {
      case .fresh, .awaited: false
      case .settledEarly, .settled: true
      }
    }
  }

  private func settle(_ result: Result<Value, any Error>) {
    let continuation: CheckedContinuation<Value, any Error>? = phase.withLock { phase in
      switch phase {
      case .fresh:
        if case .failure(let error) = result { phase = .settledEarly(error) }
        return nil
      case .awaited(let continuation):
        phase = .settled
        return continuation
      case .settledEarly, .settled:
        return nil
      }
    }
    continuation?.resume(with: result)
  }
}

/// A call of any result, as the queue sees it.
protocol AnyPoolCall: AnyObject, Sendable {
  /// The call's name.
  var name: String { get }
  /// True if its caller already has an answer.
  var isSettled: Bool { get }
  /// Makes the call, and returns the closure that resumes the caller.
  func perform() -> @Sendable () -> Void
  /// Resumes the caller with an error, unless it already has an answer.
  func fail(_ error: any Error)
}
