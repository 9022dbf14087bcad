/// Runs one admission at a time, in the order of arrival.
///
/// The store alone would keep concurrent admissions correct; but each would decide on a snapshot that the one before it
/// has made stale, and would be repeated. With the lock each decides once.
actor AsyncLock {
  private var isTaken = false
  private var queue: [CheckedContinuation<Void, Never>] = []

  /// Runs `body` after all earlier callers have finished.
  func withLock<T: Sendable>(_ body: @Sendable () async throws -> T) async rethrows -> T {
    await enter()
    defer { leave() }
    return try await body()
  }

  private func enter() async {
    guard isTaken else {
      isTaken = true
      return
    }
    await withCheckedContinuation { queue.append($0) }
  }

  private func leave() {
    if queue.isEmpty { isTaken = false } else { queue.removeFirst().resume() }
  }
}
