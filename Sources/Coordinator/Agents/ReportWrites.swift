import Fleet

/// Lets the report of a host be written at most once a second: what comes within that second is written together.
///
/// A write that fails is done again a little later, and disturbs nobody: what it writes is soft state.
actor ReportWrites {
  typealias Write = @Sendable () async throws -> Void

  private struct Host {
    var lastAt: ContinuousClock.Instant?
    var waiting: Task<Void, Never>?
    var write: Write
  }

  private let interval: Duration
  private let retry: Duration
  private let failed: @Sendable (any Error) -> Void
  private var hosts: [HostID: Host] = [:]
  /// How many writes have failed in this term.
  private(set) var failures = 0

  init(
    interval: Duration = .seconds(1), retry: Duration = .seconds(5), failed: @escaping @Sendable (any Error) -> Void
  ) {
    self.interval = interval
    self.retry = retry
    self.failed = failed
  }

  /// Writes a host's report now, or with what else comes within the second.
  func write(_ id: HostID, _ write: @escaping Write) async {
    hosts[id, default: Host(write: write)].write = write
    guard hosts[id]?.waiting == nil else { return }
    if let last = hosts[id]?.lastAt, last.duration(to: .now) < interval {
      wait(id, interval - last.duration(to: .now))
    } else {
      await perform(id)
    }
  }

  /// Writes what still waits of a host, at the end of its stream.
  func finish(_ id: HostID) async {
    guard let waiting = hosts[id]?.waiting else { return }
    waiting.cancel()
    hosts[id]?.waiting = nil
    await perform(id)
    hosts[id]?.waiting?.cancel()
    hosts[id]?.waiting = nil
  }

  private func wait(_ id: HostID, _ pause: Duration) {
    hosts[id]?.waiting = Task {
      do { try await Task.sleep(for: pause) } catch { return }
      await self.due(id)
    }
  }

  private func due(_ id: HostID) async {
    hosts[id]?.waiting = nil
    await perform(id)
  }

  private func perform(_ id: HostID) async {
    guard let write = hosts[id]?.write else { return }
    hosts[id]?.lastAt = .now
    do {
      try await write()
    } catch {
      failures &+= 1
      failed(error)
      if hosts[id]?.waiting == nil { wait(id, retry) }
    }
  }
}
