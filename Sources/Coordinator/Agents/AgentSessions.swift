import Fleet
import RoostAPI
import RoostProto
import SwiftProtobuf

/// The agents that are connected, and the actions that wait for their results.
actor AgentSessions {
  private struct Waiter {
    let hostID: HostID
    let progress: @Sendable (String, Double?) -> Void
    let continuation: CheckedContinuation<ActionResult, any Error>
  }

  private var sessions: [HostID: AgentSession] = [:]
  private var waiters: [ActionID: Waiter] = [:]
  private var lastNumber: UInt64 = 0

  /// Opens a session for a host; an earlier one of the same host is closed.
  func open(for hostID: HostID) -> AgentSession {
    lastNumber += 1
    let session = AgentSession(hostID: hostID, number: lastNumber)
    if let earlier = sessions.updateValue(session, forKey: hostID) {
      earlier.close()
      // The agent has reconnected without our seeing it go: what the old stream carried may be lost.
      forgetActions(of: hostID)
    }
    return session
  }

  /// Ends a session. Actions that it carried are reported as unreachable and may be sent again.
  /// - Returns: true if it was the host's present session.
  func close(_ session: AgentSession) -> Bool {
    session.close()
    guard sessions[session.hostID]?.number == session.number else { return false }
    sessions[session.hostID] = nil
    forgetActions(of: session.hostID)
    return true
  }

  /// Tells those who wait for a host's results that they must ask again.
  private func forgetActions(of hostID: HostID) {
    let error = FleetError(.unreachable, "the agent's connection ended", retryable: true)
    for (id, waiter) in waiters where waiter.hostID == hostID {
      waiters[id] = nil
      waiter.continuation.resume(throwing: error)
    }
  }

  /// Closes every session, for the end of office.
  func closeAll() {
    for session in sessions.values { session.close() }
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

  /// Has a host carry out an action and waits for its result, however long that takes.
  /// - Throws: ``FleetError`` with code `unreachable` if the agent is not connected, or its connection ends.
  func perform(
    _ action: AgentAction, on hostID: HostID, progress: @escaping @Sendable (String, Double?) -> Void
  ) async throws -> ActionResult {
    try await withCheckedThrowingContinuation { continuation in
      let waiter = Waiter(hostID: hostID, progress: progress, continuation: continuation)
      let message = Roost_V1_CoordinatorMessage.with { $0.action = action.message }
      do {
        try tell(hostID, message)
        waiters.updateValue(waiter, forKey: action.id)?.continuation.resume(
          throwing: FleetError(.conflict, "the action was sent again"))
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }

  /// Takes a result from a host; one that nobody waits for, or that another host's action has, is dropped.
  func finish(_ result: ActionResult, from hostID: HostID) {
    guard let waiter = waiters[result.id], waiter.hostID == hostID else { return }
    waiters[result.id] = nil
    waiter.continuation.resume(returning: result)
  }

  /// Takes word of progress from a host.
  func progress(_ id: ActionID, step: String, fraction: Double?, from hostID: HostID) {
    guard let waiter = waiters[id], waiter.hostID == hostID else { return }
    waiter.progress(step, fraction)
  }
}
