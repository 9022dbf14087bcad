import Fleet

/// Writes the report of a host at most once a second; changes within that second are written together.
///
/// A failed write is repeated a little later and affects nothing else, because reports are soft state.
actor ReportWrites {
  typealias Write = @Sendable () async throws -> Void

  private struct Host {
    var write: Write
    /// True if something changed since the last write began.
    var isDue = false
    /// Grows with each write that is asked for.
    var asked: UInt64 = 0
    /// Runs while the next write has to wait.
    var pause: Task<Void, Never>?
    /// The write that has begun last.
    var writing: Task<Void, any Error>?
  }

  private let interval: Duration
  private let retry: Duration
  private let failed: @Sendable (any Error) -> Void
  private var hosts: [HostID: Host] = [:]
  /// How many writes have failed since this coordinator started.
  private(set) var failures = 0

  init(
    interval: Duration = .seconds(1), retry: Duration = .seconds(5), failed: @escaping @Sendable (any Error) -> Void
  ) {
    self.interval = interval
    self.retry = retry
    self.failed = failed
  }

  /// Writes a host's report now, or together with later changes of the second.
  func write(_ id: HostID, _ write: @escaping Write) async {
    hosts[id, default: Host(write: write)].write = write
    hosts[id]?.isDue = true
    hosts[id]?.asked &+= 1
    if hosts[id]?.pause == nil { await perform(id) }
  }

  /// Writes pending changes of a host, at the end of its stream. What fails is tried again; what its next stream asks
  /// for meanwhile is written in its turn.
  func finish(_ id: HostID) async {
    guard let asked = hosts[id]?.asked else { return }
    if hosts[id]?.isDue == true { await perform(id) } else { _ = await hosts[id]?.writing?.result }
    guard let present = hosts[id], present.asked == asked, !present.isDue else { return }
    present.pause?.cancel()
    hosts[id] = nil
  }

  /// Writes the reports of some hosts as they are now; on return they are stored. Hosts without a stream are left out.
  func renew(_ ids: Set<HostID>) async {
    for id in ids.sorted() { await perform(id) }
  }

  private func perform(_ id: HostID) async {
    guard let write = hosts[id]?.write else { return }
    hosts[id]?.isDue = false
    if interval > .zero { pause(id, interval) }
    // One after the other, so that an older report never replaces a newer one.
    let earlier = hosts[id]?.writing
    let writing = Task {
      _ = await earlier?.result
      try await write()
    }
    hosts[id]?.writing = writing
    do {
      try await writing.value
    } catch {
      failures &+= 1
      failed(error)
      hosts[id]?.isDue = true
      pause(id, retry)
    }
  }

  private func pause(_ id: HostID, _ length: Duration) {
    hosts[id]?.pause?.cancel()
    hosts[id]?.pause = Task {
      do { try await Task.sleep(for: length) } catch { return }
      await self.go(on: id)
    }
  }

  private func go(on id: HostID) async {
    hosts[id]?.pause = nil
    if hosts[id]?.isDue == true { await perform(id) }
  }
}
