internal import Synchronization

/// A few threads for calls that block, so that Swift's own threads never do.
///
/// libvirtd takes five requests of one client at a time, keepalive included: one pool of three threads
/// for each connection. The threads end when the pool is closed or freed.
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

  /// Starts one more thread, as long as the pool lives; throws ``CallPoolError/noThread(errorNumber:)``.
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

  /// Takes no more calls: those waiting throw ``CallPoolError/closed(call:)``, running ones end by
  /// themselves, and a stuck one takes nothing but its thread with it.
  package func close() { queue.close() }

  /// What the pool is doing at this moment.
  package struct Load: Sendable, Hashable {
    /// All threads.
    package let threads: Int
    /// Calls on a thread, stuck ones among them.
    package let running: Int
    /// Calls that wait for a thread.
    package let waiting: Int
    /// The names of calls that nobody waits for any more and that still keep their thread, in the order
    /// they were given up.
    package let stuck: [String]

    /// Makes a load from its numbers.
    package init(threads: Int, running: Int, waiting: Int, stuck: [String]) {
      self.threads = threads
      self.running = running
      self.waiting = waiting
      self.stuck = stuck
    }
  }

  /// What the pool is doing at this moment.
  package var load: Load { queue.load }

  /// Runs a call on one of the threads and waits for it, as long as the calling task lives.
  ///
  /// `name` says in errors and in ``load`` what it was about. Throws what the call throws,
  /// ``CallPoolError/queueFull(call:limit:)`` at once, or `CancellationError`; a call already running
  /// then goes on unheeded.
  package func run<Value: Sendable>(
    _ name: String, _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await wait(for: PoolCall(name: name, body))
  }

  /// Runs a call on one of the threads and waits for it, for so long at most.
  ///
  /// The time counts from now, so waiting for a thread is part of it; a call that did not start in time
  /// never starts. Throws ``CallPoolError/timedOut(call:after:stuck:threads:)``, and as
  /// ``run(_:_:)`` does.
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
  /// So many calls wait already that no more are taken.
  case queueFull(call: String, limit: Int)
  /// The call took too long. It goes on if it had started, and keeps its thread; `stuck` of the pool's
  /// `threads` are kept so now.
  case timedOut(call: String, after: Duration, stuck: Int, threads: Int)
  /// The pool is closed.
  case closed(call: String)
  /// The system has no thread to give.
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

/// One call on its way through a ``CallPool``: whoever settles it first decides what the caller gets.
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

  /// Takes the caller in; false if the call was given up before, and the caller has been told so.
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
  /// What it is about.
  var name: String { get }
  /// Whether its caller has an answer already.
  var isSettled: Bool { get }
  /// Makes the call, and returns what tells the caller.
  func perform() -> @Sendable () -> Void
  /// Tells the caller of a failure, unless it has an answer already.
  func fail(_ error: any Error)
}
