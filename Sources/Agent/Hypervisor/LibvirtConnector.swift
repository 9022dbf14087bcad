internal import Fleet
internal import Libvirt
internal import Logging

/// Keeps one host's libvirt reachable: connections for calls, one for keepalive, one for events, and new ones when they
/// are lost.
///
/// libvirtd stopping, hanging and coming back is normal. While it does not answer, calls fail at once, and ``state``
/// says since when and why.
actor LibvirtConnector {
  /// The open connections.
  private struct Session {
    let pool: LibvirtConnectionPool
    let heartbeatConnection: LibvirtConnectionPool
    let subscription: EventSubscription
    let lost: AsyncStream<String>.Continuation
    let since: Timestamp
  }

  /// How many calls can run at a time while none is stuck.
  private static let connectionCount = 4
  /// The most connections for calls: a stuck call also holds one of libvirtd's twenty workers, which other clients
  /// need.
  static let connectionLimit = 8

  /// How long a call may take unless it says otherwise.
  static let callLimit = Duration.seconds(20)
  private static let openLimit = Duration.seconds(10)
  private static let heartbeatLimit = Duration.seconds(6)
  private static let heartbeat = Duration.seconds(4)

  nonisolated let uri: String
  nonisolated let changes: ChangeFeed
  private let reboots: RebootCounter
  private let environment: AgentEnvironment
  private let logger: Logger
  /// Threads that open connections. A hanging daemon holds both, so that attempts do not pile up.
  private let openers: CallPool
  private var session: Session?
  private var isAddingConnection = false
  private(set) var state: LibvirtState

  init(uri: String, environment: AgentEnvironment, logger: Logger, changes: ChangeFeed, reboots: RebootCounter) throws {
    self.uri = uri
    self.environment = environment
    self.logger = logger
    self.changes = changes
    self.reboots = reboots
    openers = try CallPool(name: "libvirt-open", threads: 2, clock: environment.clock)
    state = LibvirtState(isConnected: false, since: environment.wallClock.now(), detail: "not connected yet")
  }

  /// Stays connected until the task is cancelled.
  func run() async {
    var attempt = 0
    while !Task.isCancelled {
      do {
        let losses = try await connect()
        attempt = 0
        await watch(losses)
      } catch {
        note(disconnected: FleetError(libvirt: error).message)
      }
      attempt += 1
      let pause = Duration.milliseconds(min(2000, 100 << min(attempt, 5)))
      try? await environment.clock.sleep(for: pause)
    }
    session = nil
  }

  /// Opens all connections once.
  /// - Returns: a stream that yields the reason when they are lost.
  @discardableResult
  func connect() async throws -> AsyncStream<String> {
    let (uri, environment) = (uri, environment)
    let (pool, heartbeatConnection, subscription) = try await openers.run("open \(uri)", within: Self.openLimit) {
      let connections = try (0..<Self.connectionCount).map { _ in try Connection.open(uri: uri) }
      let pool = try LibvirtConnectionPool(connections, name: "libvirt-call", environment: environment) { [weak self] in
        Task { await self?.noteStuckCalls() }
      }
      let heartbeatConnection = try LibvirtConnectionPool(
        [Connection.open(uri: uri)], name: "libvirt-keepalive", environment: environment)
      return (pool, heartbeatConnection, try Connection.open(uri: uri).subscribe())
    }
    let (losses, lost) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(1))
    let now = environment.wallClock.now()
    session = Session(
      pool: pool, heartbeatConnection: heartbeatConnection, subscription: subscription, lost: lost, since: now)
    state = LibvirtState(isConnected: true, since: now)
    logger.info("libvirt answers", metadata: ["uri": "\(uri)"])
    changes.note {
      $0.state = true
      $0.everything = true
    }
    return losses
  }

  /// Runs a call on a free connection.
  /// - Throws: ``FleetError``: `unreachable` while libvirt does not answer, `timedOut` if it does not answer in time or
  ///   such a call is already stuck.
  func call<Value: Sendable>(
    _ name: String, within limit: Duration = LibvirtConnector.callLimit,
    _ body: @escaping @Sendable (Connection) throws -> Value
  ) async throws -> Value {
    try await call(LibvirtConnectionPool.Subject(call: name), within: limit, body)
  }

  /// Runs a call with a subject on a free connection; throws as ``call(_:within:_:)-(String,_,_)`` does.
  func call<Value: Sendable>(
    _ subject: LibvirtConnectionPool.Subject, within limit: Duration = LibvirtConnector.callLimit,
    _ body: @escaping @Sendable (Connection) throws -> Value
  ) async throws -> Value {
    guard let session, state.isConnected else {
      throw FleetError(.unreachable, "libvirt on this host is not reachable: \(state.detail)", retryable: true)
    }
    do {
      return try await session.pool.run(subject, within: limit, body)
    } catch {
      if Self.isLoss(error) { session.lost.yield(FleetError(libvirt: error).message) }
      throw error is CancellationError ? error : FleetError(libvirt: error)
    }
  }

  /// Runs a call on a connection of its own, which the returned value must retain.
  func apart<Value: Sendable>(
    _ name: String, _ body: @escaping @Sendable (Connection) throws -> Value
  ) async throws -> Value {
    let uri = uri
    guard session != nil else {
      throw FleetError(.unreachable, "libvirt on this host is not reachable: \(state.detail)", retryable: true)
    }
    do {
      return try await openers.run(name, within: Self.openLimit) {
        try body(Connection.open(uri: uri))
      }
    } catch {
      throw error is CancellationError ? error : FleetError(libvirt: error)
    }
  }

  /// Waits until the session is lost, and records that.
  private func watch(_ losses: AsyncStream<String>) async {
    guard let session else { return }
    let detail = await withTaskGroup(of: String?.self) { group in
      group.addTask { [changes, reboots] in await Self.readEvents(session.subscription, into: changes, reboots) }
      group.addTask { [environment] in await Self.beat(session.heartbeatConnection, environment) }
      group.addTask {
        for await loss in losses { return loss }
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
    note(disconnected: detail ?? "the agent is stopping")
  }

  /// Reports which calls are stuck, and opens a connection in place of each that one holds.
  ///
  /// Once all permitted connections are held by stuck calls, libvirt counts as silent, whatever its keepalive says.
  private func noteStuckCalls() async {
    guard let session else { return }
    let stuck = session.pool.stuck
    let isWedged = stuck.count >= Self.connectionLimit
    let before = state
    if isWedged {
      let names = Set(stuck.map { "\"\($0.call)\"" }).sorted().joined(separator: ", ")
      let detail = "\(stuck.count) calls have not returned: \(names)"
      let since = before.isConnected ? environment.wallClock.now() : before.since
      state = LibvirtState(isConnected: false, since: since, detail: detail, stuck: stuck)
    } else {
      state = LibvirtState(isConnected: true, since: session.since, stuck: stuck)
    }
    guard state != before else { return }
    for call in stuck where !before.stuck.contains(call) {
      logger.warning(
        "libvirt does not return from a call",
        metadata: ["call": "\(call.call)", "vm": "\(call.vm?.description ?? "-")", "since": "\(call.since)"])
    }
    let returned = before.stuck.filter { !stuck.contains($0) }
    changes.note {
      $0.state = true
      $0.domains.formUnion(returned.compactMap(\.vm))
      if !returned.isEmpty, stuck.isEmpty { $0.everything = true }
    }
    await addConnections()
  }

  /// Opens connections until as many are free as without stuck calls.
  private func addConnections() async {
    guard !isAddingConnection else { return }
    isAddingConnection = true
    defer { isAddingConnection = false }
    let uri = uri
    while let session, session.pool.count < min(Self.connectionLimit, Self.connectionCount + session.pool.stuck.count) {
      do {
        let connection = try await openers.run("open \(uri)", within: Self.openLimit) { try Connection.open(uri: uri) }
        try session.pool.add(connection)
      } catch {
        logger.warning("no connection to libvirt in place of a stuck one: \(FleetError(libvirt: error).message)")
        return
      }
    }
  }

  private func note(disconnected detail: String) {
    session?.pool.close()
    session = nil
    guard state.isConnected || state.detail != detail else { return }
    let since = state.isConnected ? environment.wallClock.now() : state.since
    if state.isConnected { logger.warning("libvirt is gone", metadata: ["reason": "\(detail)"]) }
    state = LibvirtState(isConnected: false, since: since, detail: detail)
    changes.note { $0.state = true }
  }

  /// Passes events to the feed until the connection closes; returns the reason.
  private static func readEvents(
    _ subscription: EventSubscription, into changes: ChangeFeed, _ reboots: RebootCounter
  ) async -> String? {
    var closed: String?
    for await event in subscription.events {
      if case .connectionClosed(let reason) = event { closed = "the connection closed (\(reason))" }
      if case .domainRebooted(let identity) = event, let id = VMID(identity.uuid) { reboots.note(id) }
      changes.note { $0.add(event) }
    }
    return closed ?? (Task.isCancelled ? nil : "the event stream ended")
  }

  /// Asks the daemon for a sign of life periodically; returns when there is none.
  private static func beat(_ pool: LibvirtConnectionPool, _ environment: AgentEnvironment) async -> String? {
    while true {
      do { try await environment.clock.sleep(for: heartbeat) } catch { return nil }
      do {
        _ = try await pool.run(LibvirtConnectionPool.Subject(call: "sign of life"), within: heartbeatLimit) {
          try $0.libvirtVersion()
        }
      } catch is CancellationError {
        return nil
      } catch {
        return FleetError(libvirt: error).message
      }
    }
  }

  private static func isLoss(_ error: any Error) -> Bool {
    (error as? LibvirtError)?.isConnectionLost ?? false
  }
}
