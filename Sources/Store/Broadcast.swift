internal import Synchronization

/// Sends values to all current listeners in one order. A slow listener delays nobody and loses the oldest values.
package final class Broadcast<Value: Sendable>: Sendable {
  private struct Listener {
    let wants: @Sendable (Value) -> Bool
    let continuation: AsyncStream<Value>.Continuation
  }

  private struct State {
    var listeners: [UInt64: Listener] = [:]
    var nextKey: UInt64 = 0
    var isFinished = false
  }

  private let state = Mutex(State())

  package init() {}

  /// How many listen now.
  package var listenerCount: Int { state.withLock { $0.listeners.count } }

  /// Gives a value to each listener that wants it.
  package func send(_ value: Value) {
    state.withLock { state in
      for listener in state.listeners.values where listener.wants(value) { listener.continuation.yield(value) }
    }
  }

  /// Ends the stream of each listener, after what waits in it; whoever listens later finds it ended.
  package func finish() {
    let listeners = state.withLock { state in
      state.isFinished = true
      defer { state.listeners = [:] }
      return state.listeners
    }
    // Outside of the lock, which the end of a stream takes.
    for listener in listeners.values { listener.continuation.finish() }
  }

  /// The values from now on. Whoever stops listening is forgotten.
  /// - Parameters:
  ///   - buffering: how many values wait for a listener that is slow; it loses the oldest of more.
  ///   - first: what it gets before all others.
  ///   - wants: false for a value that it does not get; is called with a lock held, so it does nothing else.
  package func values(
    buffering: Int = 1, beginningWith first: Value? = nil,
    where wants: @escaping @Sendable (Value) -> Bool = { _ in true }
  ) -> AsyncStream<Value> {
    let (stream, continuation) = AsyncStream.makeStream(of: Value.self, bufferingPolicy: .bufferingNewest(buffering))
    if let first { continuation.yield(first) }
    let key = state.withLock { state -> UInt64? in
      guard !state.isFinished else { return nil }
      defer { state.nextKey += 1 }
      state.listeners[state.nextKey] = Listener(wants: wants, continuation: continuation)
      return state.nextKey
    }
    guard let key else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in
      // What was forgotten is let go of outside of the lock.
      _ = self?.state.withLock { $0.listeners.removeValue(forKey: key) }
    }
    return stream
  }
}

extension AsyncStream where Element: Sendable {
  /// Returns at the next value, at the end of the stream, or after `limit`, whichever is first.
  /// - Throws: `CancellationError`.
  package func wait(atMost limit: Duration) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { for await _ in self { return } }
      group.addTask { try await Task.sleep(for: limit) }
      defer { group.cancelAll() }
      try await group.next()
    }
  }
}
