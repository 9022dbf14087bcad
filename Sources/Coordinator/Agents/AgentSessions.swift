import Fleet
import RoostAPI
import RoostProto
import SwiftProtobuf

/// The agents that are connected, and what waits for their replies.
actor AgentSessions {
  private let random: any RandomSource
  private var sessions: [HostID: AgentSession] = [:]
  private var actions = PendingReplies<ActionID, ActionResult>()
  private var queries = PendingReplies<QueryID, HostAnswer.Content>()
  private var lastNumber: UInt64 = 0

  init(random: any RandomSource) {
    self.random = random
  }

  /// Opens a session for a host; an earlier one of the same host is closed.
  func open(for hostID: HostID) -> AgentSession {
    lastNumber += 1
    let session = AgentSession(hostID: hostID, number: lastNumber)
    if let earlier = sessions.updateValue(session, forKey: hostID) {
      earlier.close()
      // The agent has reconnected without our seeing it go: what the old stream carried may be lost.
      giveUp(on: hostID)
    }
    return session
  }

  /// Ends a session. Actions that it carried are reported as unreachable and may be sent again.
  /// - Returns: true if it was the host's present session.
  func close(_ session: AgentSession) -> Bool {
    session.close()
    guard sessions[session.hostID]?.number == session.number else { return false }
    sessions[session.hostID] = nil
    giveUp(on: session.hostID)
    return true
  }

  /// Tells those who wait for a host's replies that they must ask again.
  private func giveUp(on hostID: HostID) {
    let error = FleetError(.unreachable, "the agent's connection ended", retryable: true)
    actions.failAll(of: hostID, error)
    queries.failAll(of: hostID, error)
  }

  /// Closes every session, for the end of office.
  func closeAll() {
    for session in sessions.values { session.close() }
  }

  /// Tells every host something that needs no answer; one that is away hears it with its next welcome.
  func tellAll(_ message: Roost_V1_CoordinatorMessage) {
    for session in sessions.values { _ = session.send(message) }
  }

  /// Ends the session of a host that is removed.
  func disconnect(_ hostID: HostID) {
    sessions[hostID]?.close()
  }

  /// Tells a host something that needs no answer.
  /// - Throws: ``FleetError`` with code `unreachable`.
  func tell(_ hostID: HostID, _ message: Roost_V1_CoordinatorMessage) throws(FleetError) {
    guard let session = sessions[hostID], session.send(message) else {
      throw FleetError(.unreachable, "the host's agent is not connected", retryable: true)
    }
  }

  /// Has a host carry out an action and waits for its result; one who is cancelled waits no longer, and nothing is
  /// sent for one who was cancelled before.
  /// - Parameter limit: how long the host may say nothing of it. Each word of progress begins the time anew; it ends
  ///   after once to twice so long.
  /// - Throws: ``FleetError`` with code `unreachable` if the agent is not connected, or its connection ends; `timedOut`
  ///   if it says nothing for longer than the limit.
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

  /// Stops waiting for an action that has said nothing between two looks.
  private func giveUp(_ id: ActionID, whenSilentFor limit: Duration) async {
    var words = actions.words(of: id)
    while true {
      do { try await Task.sleep(for: limit) } catch { return }
      let now = actions.words(of: id)
      guard now == words else {
        words = now
        continue
      }
      return actions.fail(id, FleetError(.timedOut, "the agent says nothing of it for \(limit)", retryable: true))
    }
  }

  /// Tells a host that nobody waits for an action any more; one that is away has no way to hear it, and its result is
  /// dropped all the same.
  func cancel(_ id: ActionID, on hostID: HostID) {
    _ = sessions[hostID]?.send(.with { $0.cancel = .with { $0.actionID = id.description } })
  }

  /// Takes a result from a host; one that nobody waits for, or that another host's action has, is dropped.
  func finish(_ result: ActionResult, from hostID: HostID) {
    actions.finish(result.id, with: .success(result), from: hostID)
  }

  /// Takes word of progress from a host.
  func progress(_ id: ActionID, step: String, fraction: Double?, from hostID: HostID) {
    actions.progress(id, step: step, fraction: fraction, from: hostID)
  }

  /// Asks a host something that changes nothing there, and waits for its answer.
  /// - Throws: ``FleetError``: what the host answers instead, `unreachable` if its agent is not connected or goes,
  ///   `timedOut` if it does not answer within the limit.
  func ask(_ content: HostQuery.Content, of hostID: HostID, within limit: Duration) async throws -> HostAnswer.Content {
    let query = HostQuery(id: QueryID(from: random), content: content)
    let timer = Task {
      do { try await Task.sleep(for: limit) } catch { return }
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

  /// Takes an answer from a host; one that nobody waits for any more is dropped.
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
