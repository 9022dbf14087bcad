import Fleet

/// Those who wait until hosts reply, each under the id of what was sent.
struct PendingReplies<Key: Hashable & Sendable, Reply: Sendable> {
  /// One who waits.
  struct Waiter {
    let hostID: HostID
    var progress: @Sendable (String, Double?) -> Void = { _, _ in }
    /// How many words of progress came.
    var words: UInt64 = 0
    let continuation: CheckedContinuation<Reply, any Error>
  }

  private var waiters: [Key: Waiter] = [:]

  /// Adds one who waits; whoever waited under that id before is told that it was sent again.
  mutating func add(_ waiter: Waiter, for key: Key) {
    waiters.updateValue(waiter, forKey: key)?.continuation.resume(
      throwing: FleetError(.conflict, "the same was sent to the host again"))
  }

  /// Takes a host's reply; one that nobody waits for, or that is due from another host, is dropped.
  mutating func finish(_ key: Key, with result: Result<Reply, any Error>, from hostID: HostID) {
    guard waiters[key]?.hostID == hostID else { return }
    waiters.removeValue(forKey: key)?.continuation.resume(with: result)
  }

  /// Gives up waiting, if somebody still does.
  mutating func fail(_ key: Key, _ error: any Error) {
    waiters.removeValue(forKey: key)?.continuation.resume(throwing: error)
  }

  /// Gives up everything that a host was to reply to.
  mutating func failAll(of hostID: HostID, _ error: any Error) {
    for (key, waiter) in waiters where waiter.hostID == hostID {
      waiters[key] = nil
      waiter.continuation.resume(throwing: error)
    }
  }

  /// Passes on a host's word of progress.
  mutating func progress(_ key: Key, step: String, fraction: Double?, from hostID: HostID) {
    guard let waiter = waiters[key], waiter.hostID == hostID else { return }
    waiters[key]?.words &+= 1
    waiter.progress(step, fraction)
  }

  /// How many words of progress came for one who waits; nil if nobody does yet, or any more.
  func words(of key: Key) -> UInt64? { waiters[key]?.words }
}
