import Fleet
import RoostAPI
import RoostProto
import SwiftProtobuf

/// The agents that are connected, and what waits for their replies.
actor ConnectedAgents {
  private let random: any RandomSource
  private let sleep: @Sendable (Duration) async throws -> Void
  private var sessions: [HostID: AgentConnection] = [:]
  private var actions = PendingReplies<ActionID, ActionResult>()
  private var queries = PendingReplies<QueryID, HostAnswer.Content>()
  private var lastNumber: UInt64 = 0

  /// - Parameter sleep: lets time pass, after which a host that says nothing is given up.
  init(
    random: any RandomSource,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.random = random
    self.sleep = sleep
  }

  /// How long another agent's session of the same host may say nothing before a new one takes its place: longer than
  /// agents are silent, and shorter than a machine takes to start again.
  static let rivalSilence: Duration = .seconds(15)

  /// Makes a session for a stream that has just begun; it counts for nothing until it is admitted.
  func session(for hostID: HostID) -> AgentConnection {
    lastNumber &+= 1
    return AgentConnection(hostID: hostID, number: lastNumber)
  }

  /// Lets a session be its host's from now on; an earlier one is closed.
  ///
  /// An agent that has started or connected anew is told by its machine's boot. One of another boot, while the present
  /// one still speaks, runs on another machine with the same identity: it is refused, and the present one stays.
  /// - Returns: nil, or which agent it is that is served.
  func admit(_ session: AgentConnection) -> AgentConnection.Speaker? {
    let hostID = session.hostID
    if let present = sessions[hostID], present.number != session.number {
      let (old, new) = (present.speaker, session.speaker)
      // One that does not say which boot it is of may be anywhere.
      let isSameMachine = !new.boot.isEmpty && old.boot == new.boot
      guard isSameMachine || present.silence > Self.rivalSilence else { return old }
      present.close()
      // The agent has reconnected without our seeing it go: what the old stream carried may be lost.
      giveUp(on: hostID)
    }
    sessions[hostID] = session
    return nil
  }

  /// Ends a session. Actions that it carried are reported as unreachable and may be sent again.
  /// - Returns: true if it was the host's present session.
  func close(_ session: AgentConnection) -> Bool {
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

  /// Closes every session, for the shutdown.
  func closeAll() {
    for session in sessions.values { session.close() }
  }

  /// Tells every host something that needs no answer; one that is away, or not welcomed yet, hears it with its welcome.
  func tellAll(_ message: Roost_V1_CoordinatorMessage) {
    for session in sessions.values where session.isWelcomed { _ = session.send(message) }
  }

  /// Ends the session of a host that is removed or cut off.
  func disconnect(_ hostID: HostID) {
    sessions[hostID]?.close()
    giveUp(on: hostID)
  }

  /// Tells a host something that needs no answer.
  /// - Throws: ``FleetError`` with code `unreachable`.
  func tell(_ hostID: HostID, _ message: Roost_V1_CoordinatorMessage) throws(FleetError) {
    guard let session = sessions[hostID], session.isWelcomed, session.send(message) else {
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
      do { try await sleep(limit) } catch { return }
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

extension ConnectedAgents {
  /// What stands at some paths of a host, in their order.
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
