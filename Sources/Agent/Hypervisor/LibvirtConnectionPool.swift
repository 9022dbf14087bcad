internal import Fleet
internal import Libvirt
internal import Synchronization

/// Connections to libvirt for calls, each used by one call at a time.
///
/// One at a time, because in clients before libvirt 10.4 two threads that wait on one connection can write to a freed
/// stack frame (CVE-2024-4418), and Debian 12 ships 9.0. A call that is given up keeps its connection and its thread
/// until it returns; meanwhile it counts as stuck, and a spare connection takes its place.
final class LibvirtConnectionPool: Sendable {
  /// What a call is about, to recognise similar calls.
  struct Subject: Hashable, Sendable {
    /// The name of the call.
    let call: String
    /// The domain it is about.
    var vm: VMID?
    /// True if it only looks at the domain: it is not tried while another look at that domain is stuck. A request that
    /// waits for a hung QEMU, such as a shutdown, hinders no look, and with it no destroy.
    var isLook = false
    /// The most such calls that may be stuck before further ones are refused.
    var stuckLimit = 1
  }

  private struct Present {
    let subject: Subject
    let since: Timestamp
    var isGivenUp = false
  }

  private struct State {
    var free: [Connection]
    var count: Int
    var last = 0
    var present: [Int: Present] = [:]
  }

  private let pool: CallPool
  private let environment: AgentEnvironment
  private let state: Mutex<State>
  private let changed: @Sendable () -> Void

  /// Takes ownership of connections.
  /// - Parameter changed: called on any thread when a call has become stuck or a stuck one has returned.
  init(
    _ connections: [Connection], name: String, environment: AgentEnvironment,
    changed: @escaping @Sendable () -> Void = {}
  ) throws {
    pool = try CallPool(name: name, threads: connections.count, queueLimit: 512, clock: environment.clock)
    self.environment = environment
    self.changed = changed
    state = Mutex(State(free: connections, count: connections.count))
  }

  /// How many calls can run at a time.
  var count: Int { state.withLock { $0.count } }

  /// The calls that have timed out and not returned yet, the oldest first.
  var stuck: [LibvirtState.StuckCall] {
    state.withLock { state in
      state.present.sorted { $0.key < $1.key }.map(\.value).filter(\.isGivenUp).map {
        LibvirtState.StuckCall(call: $0.subject.call, vm: $0.subject.vm, since: $0.since)
      }
    }
  }

  /// Adds a connection in place of one that a stuck call holds.
  func add(_ connection: Connection) throws {
    try pool.addThread()
    state.withLock { state in
      state.free.append(connection)
      state.count += 1
    }
  }

  /// Refuses further calls.
  func close() { pool.close() }

  /// Makes a call with a time limit.
  /// - Throws: ``FleetError`` with code `timedOut`, at once if such a call is already stuck.
  func run<Value: Sendable>(
    _ subject: Subject, within limit: Duration, _ body: @escaping @Sendable (Connection) throws -> Value
  ) async throws -> Value {
    if let obstacle = obstacle(to: subject) { throw obstacle }
    let number = state.withLock { state in
      state.last += 1
      return state.last
    }
    do {
      return try await pool.run(subject.call, within: limit) { [self] in
        let connection = try begin(number, subject)
        defer { end(number, connection) }
        return try body(connection)
      }
    } catch CallPoolError.timedOut(let call, let after, let stuck, let threads) {
      giveUp(number)
      throw CallPoolError.timedOut(call: call, after: after, stuck: stuck, threads: threads)
    } catch is CancellationError {
      // The caller is gone, so only this task notices if the call never returns.
      Task { [environment] in
        try? await environment.clock.sleep(for: limit)
        giveUp(number)
      }
      throw CancellationError()
    }
  }

  /// Why a call is refused: a similar one, or one that it would wait for, has not returned.
  private func obstacle(to subject: Subject) -> FleetError? {
    let stuck = state.withLock { state in
      state.present.values.filter {
        $0.isGivenUp && $0.subject.vm == subject.vm
          && ($0.subject.call == subject.call || subject.isLook && subject.vm != nil && $0.subject.isLook)
      }.sorted { $0.since < $1.since }
    }
    guard let first = stuck.first, stuck.count >= (subject.isLook && subject.vm != nil ? 1 : subject.stuckLimit) else {
      return nil
    }
    let place = subject.vm.map { " of the domain \($0)" } ?? ""
    return FleetError(
      .timedOut, "libvirt has not returned from \"\(first.subject.call)\"\(place) since \(first.since)",
      hint: subject.vm == nil ? "" : "its QEMU or its storage hangs; cut its power: roost stop --force NAME",
      retryable: true)
  }

  private func begin(_ number: Int, _ subject: Subject) throws -> Connection {
    let now = environment.wallClock.now()
    return try state.withLock { state in
      // There are as many connections as threads, so this is our own bug.
      guard let connection = state.free.popLast() else {
        throw FleetError(.internal, "no connection to libvirt is free", retryable: true)
      }
      state.present[number] = Present(subject: subject, since: now)
      return connection
    }
  }

  private func end(_ number: Int, _ connection: Connection) {
    let wasStuck = state.withLock { state in
      state.free.append(connection)
      return state.present.removeValue(forKey: number)?.isGivenUp ?? false
    }
    if wasStuck { changed() }
  }

  private func giveUp(_ number: Int) {
    let isStuck = state.withLock { state in
      guard state.present[number] != nil else { return false }
      state.present[number]?.isGivenUp = true
      return true
    }
    if isStuck { changed() }
  }
}
