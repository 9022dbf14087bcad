import Fleet

/// The requests that wait for replies of hosts, by id.
struct PendingReplies<Key: Hashable & Sendable, Reply: Sendable> {
  /// One waiting request.
  struct Waiter {
    let hostID: HostID
    var progress: @Sendable (String, Double?) -> Void = { _, _ in }
    /// The number of progress messages.
    var words: UInt64 = 0
    let continuation: CheckedContinuation<Reply, any Error>
  }

  private var waiters: [Key: Waiter] = [:]

  /// Adds a waiter; an earlier one of the same id is told that the request was sent again.
  mutating func add(_ waiter: Waiter, for key: Key) {
    waiters.updateValue(waiter, forKey: key)?.continuation.resume(
      throwing: FleetError(.conflict, "the same was sent to the host again"))
  }

  /// Delivers a host's reply; drops one without a waiter, or from another host than expected.
  mutating func finish(_ key: Key, with result: Result<Reply, any Error>, from hostID: HostID) {
    guard waiters[key]?.hostID == hostID else { return }
    waiters.removeValue(forKey: key)?.continuation.resume(with: result)
  }

  /// Fails a request, if it still waits.
  mutating func fail(_ key: Key, _ error: any Error) {
    waiters.removeValue(forKey: key)?.continuation.resume(throwing: error)
  }

  /// Fails every request to a host.
  mutating func failAll(of hostID: HostID, _ error: any Error) {
    for (key, waiter) in waiters where waiter.hostID == hostID {
      waiters[key] = nil
      waiter.continuation.resume(throwing: error)
    }
  }

  /// Delivers a host's progress message.
  mutating func progress(_ key: Key, step: String, fraction: Double?, from hostID: HostID) {
    guard let waiter = waiters[key], waiter.hostID == hostID else { return }
    waiters[key]?.words &+= 1
    waiter.progress(step, fraction)
  }

  /// The number of progress messages of a waiting request; nil if none waits.
  func words(of key: Key) -> UInt64? { waiters[key]?.words }
}
