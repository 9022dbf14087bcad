import Fleet

/// Wakes those who follow the events after each commit; the events themselves are read from the store.
actor EventFeed {
  private var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
  private var nextWatcher = 0

  /// Tells every follower that there may be something new.
  func poke() {
    for watcher in watchers.values { watcher.yield() }
  }

  /// A signal after each commit from now on; several commits may share one signal.
  func pokes() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let key = nextWatcher
    nextWatcher += 1
    watchers[key] = continuation
    continuation.onTermination = { [weak self] _ in
      Task { await self?.forget(key) }
    }
    return stream
  }

  private func forget(_ key: Int) {
    watchers[key] = nil
  }
}
