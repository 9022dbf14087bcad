/// Lets one admission decide and commit at a time, in the order they came.
///
/// The store would keep concurrent admissions apart by itself; but each would then decide on a snapshot that the
/// one before it has made stale, and be turned back. Taking turns decides each once.
actor AsyncLock {
  private var isTaken = false
  private var queue: [CheckedContinuation<Void, Never>] = []

  /// Runs `body` when everybody who came earlier is through.
  func pass<T: Sendable>(_ body: @Sendable () async throws -> T) async rethrows -> T {
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
