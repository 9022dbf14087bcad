import Fleet
import RoostAPI
import RoostProto
import SwiftProtobuf

/// The connected agents, with the requests that wait for their replies.
actor ConnectedAgents {
  private let random: any RandomSource
  private let sleep: @Sendable (Duration) async throws -> Void
  private var sessions: [HostID: AgentConnection] = [:]
  private var actions = PendingReplies<ActionID, ActionResult>()
  private var queries = PendingReplies<QueryID, HostAnswer.Content>()
  private var lastNumber: UInt64 = 0

  /// - Parameter sleep: waits for a time, after which a silent host is given up.
  init(
    random: any RandomSource,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.random = random
    self.sleep = sleep
  }

  /// How long another session of the same host must be silent before a new one replaces it: longer than agents are
  /// silent, and shorter than a machine takes to boot.
  static let rivalSilence: Duration = .seconds(15)

  /// Makes a session for a new stream; it has no effect until it is admitted.
  func session(for hostID: HostID) -> AgentConnection {
    lastNumber &+= 1
    return AgentConnection(hostID: hostID, number: lastNumber)
  }

  /// Makes a session the present one of its host, and closes the earlier one.
  ///
  /// The machine's boot distinguishes a restarted or reconnected agent from another machine. An agent of another boot,
  /// while the present one still sends, runs on another machine with the same identity: it is refused, and the present
  /// one stays.
  /// - Returns: nil, or the agent that is already served.
  func admit(_ session: AgentConnection) -> AgentConnection.Speaker? {
    let hostID = session.hostID
    if let present = sessions[hostID], present.number != session.number {
      let (old, new) = (present.speaker, session.speaker)
      let isSameMachine = old.boot.isEmpty || new.boot.isEmpty || old.boot == new.boot
      guard isSameMachine || present.silence > Self.rivalSilence else { return old }
      present.close()
      // The agent has reconnected before the old stream ended, whose messages may be lost.
      giveUp(on: hostID)
    }
    sessions[hostID] = session
    return nil
  }

  /// Ends a session. Its actions are reported as unreachable and may be sent again.
  /// - Returns: true if it was the host's present session.
  func close(_ session: AgentConnection) -> Bool {
    session.close()
    guard sessions[session.hostID]?.number == session.number else { return false }
    sessions[session.hostID] = nil
    giveUp(on: session.hostID)
    return true
  }

  /// Fails the requests that wait for a host, so that they are sent again.
  private func giveUp(on hostID: HostID) {
    let error = FleetError(.unreachable, "the agent's connection ended", retryable: true)
    actions.failAll(of: hostID, error)
    queries.failAll(of: hostID, error)
  }

  /// Closes every session at shutdown.
  func closeAll() {
    for session in sessions.values { session.close() }
  }

  /// Sends every host a message that needs no answer; one that is not connected or welcomed gets its content with the
  /// welcome.
  func tellAll(_ message: Roost_V1_CoordinatorMessage) {
    for session in sessions.values where session.isWelcomed { _ = session.send(message) }
  }

  /// Ends the session of a host that is removed or revoked.
  func disconnect(_ hostID: HostID) {
    sessions[hostID]?.close()
    giveUp(on: hostID)
  }

  /// Sends a host a message that needs no answer.
  /// - Throws: ``FleetError`` with code `unreachable`.
  func tell(_ hostID: HostID, _ message: Roost_V1_CoordinatorMessage) throws(FleetError) {
    guard let session = sessions[hostID], session.isWelcomed, session.send(message) else {
      throw FleetError(.unreachable, "the host's agent is not connected", retryable: true)
    }
  }

  /// Sends a host an action and waits for its result. A cancelled caller stops waiting, and sends nothing if it was
  /// cancelled before.
  /// - Parameter limit: how long the host may be silent about it. Each progress message restarts the time; the wait
  ///   ends after one to two times the limit.
  /// - Throws: ``FleetError`` with code `unreachable` if the agent is not connected or its connection ends, `timedOut`
  ///   if it is silent for longer than the limit.
  func perform(
    _ action: AgentAction, on hostID: HostID, within limit: Duration,
    progress: @escaping @Sendable (String, Double?) -> Void
  ) async throws -> ActionResult {
    let message = Roost_V1_CoordinatorMessage.with { $0.action = action.message }
    let watch = Task { await giveUp(action.id, whenSilentFor: limit) }
    defer { watch.cancel() }
    return try await withTaskCancellationHandler {
      try Task.checkCancellation()
      return try await withCheckedThrowingContinuation { continuation in
        do {
          try tell(hostID, message)
          actions.add(.init(hostID: hostID, progress: progress, continuation: continuation), for: action.id)
        } catch {
          continuation.resume(throwing: error)
        }
      }
    } onCancel: {
      Task { await giveUp(action.id) }
    }
  }

  /// Stops waiting for an action without progress between two checks.
  private func giveUp(_ id: ActionID, whenSilentFor limit: Duration) async {
    var words = actions.words(of: id)
    while true {
      do { try await sleep(limit) } catch { return }
      let now = actions.words(of: id)
      guard now == words else {
        words = now
        continue
      }
      return actions.fail(id, FleetError(.timedOut, "the agent says nothing of it for \(limit)", retryable: true))
    }
  }

  /// Cancels an action on a host. If the host is not connected, nothing is sent; its result is dropped in any case.
  func cancel(_ id: ActionID, on hostID: HostID) {
    _ = sessions[hostID]?.send(.with { $0.cancel = .with { $0.actionID = id.description } })
  }

  /// Delivers a result from a host; drops one without a waiter or of another host's action.
  func finish(_ result: ActionResult, from hostID: HostID) {
    actions.finish(result.id, with: .success(result), from: hostID)
  }

  /// Delivers progress from a host.
  func progress(_ id: ActionID, step: String, fraction: Double?, from hostID: HostID) {
    actions.progress(id, step: step, fraction: fraction, from: hostID)
  }

  /// Sends a host a query and waits for its answer.
  /// - Throws: ``FleetError``: the host's error, `unreachable` if its agent is not connected or disconnects, `timedOut`
  ///   if it does not answer within the limit.
  func ask(_ content: HostQuery.Content, of hostID: HostID, within limit: Duration) async throws -> HostAnswer.Content {
    let query = HostQuery(id: QueryID(from: random), content: content)
    let timer = Task {
      do { try await sleep(limit) } catch { return }
      queries.fail(
        query.id, FleetError(.timedOut, "the host's agent does not answer within \(limit)", retryable: true))
    }
    defer { timer.cancel() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        do {
          try tell(hostID, .with { $0.query = query.message })
          queries.add(.init(hostID: hostID, continuation: continuation), for: query.id)
        } catch {
          continuation.resume(throwing: error)
        }
      }
    } onCancel: {
      Task { await giveUp(query.id) }
    }
  }

  /// Delivers an answer from a host; drops one without a waiter.
  func finish(_ answer: HostAnswer, from hostID: HostID) {
    queries.finish(answer.id, with: answer.result.mapError { $0 }, from: hostID)
  }

  private func giveUp(_ id: ActionID) {
    actions.fail(id, CancellationError())
  }

  private func giveUp(_ id: QueryID) {
    queries.fail(id, CancellationError())
  }
}

extension ConnectedAgents {
  /// The status of some paths of a host, in their order.
  /// - Throws: as ``ask(_:of:within:)`` does.
  func files(_ paths: [String], on hostID: HostID, within limit: Duration) async throws -> [FileStatus] {
    guard case .files(let facts) = try await ask(.files(paths), of: hostID, within: limit), facts.map(\.path) == paths
    else { throw Self.otherAnswer }
    return facts
  }

  /// The documents of a host's domain.
  /// - Throws: as ``ask(_:of:within:)`` does, and `notFound` if the host has no such domain.
  func document(of vm: VMID, on hostID: HostID, within limit: Duration) async throws -> DomainDocuments {
    guard case .document(let texts) = try await ask(.document(vm), of: hostID, within: limit) else {
      throw Self.otherAnswer
    }
    return texts
  }

  private static var otherAnswer: FleetError {
    FleetError(.internal, "the agent answers another question than it was asked")
  }
}
