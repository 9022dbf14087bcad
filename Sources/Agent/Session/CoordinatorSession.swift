internal import Fleet
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import Logging
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// One stream to the coordinator, from hello to its end.
struct CoordinatorSession: Sendable {
  typealias Client = CoordinatorConnection.Client

  /// The range of a stream's lifetime, in minutes.
  private static let longestMinutes: Range<Int64> = 16 * 60..<23 * 60

  let parts: AgentComponents
  let client: Client
  /// The host's name in the fleet.
  let hostName: String
  /// False if the coordinator is known to take no hello in parts.
  var takesParts = true
  let outbox = Outbox()
  private let lane = OrderLane()

  /// Says hello and serves the stream until either side ends it.
  /// - Parameters:
  ///   - trusting: called with the trusted authorities and revocations whenever they change.
  ///   - welcomed: called once the coordinator has answered.
  func run(
    trusting: @escaping @Sendable (Roost_V1_CoordinatorTrust) throws -> Void,
    welcomed: @escaping @Sendable (Roost_V1_Welcome) async throws -> Void
  ) async throws {
    // The hello includes all changes until now.
    _ = parts.hypervisor.changes.take()
    let hello = await parts.hello(hostName: hostName)
    let outbox = outbox
    let message = Roost_V1_AgentMessage.with { $0.hello = hello }
    let opening = takesParts ? message.inParts : [message]
    let request = StreamingClientRequest<Roost_V1_AgentMessage> { writer in
      for message in opening { try await writer.write(message) }
      for await message in outbox.messages { try await writer.write(message) }
    }
    defer { outbox.close() }
    try await connect(inParts: opening.count > 1, request) { response in
      try await withThrowingTaskGroup(of: Void.self) { group in
        var iterator = response.messages.makeAsyncIterator()
        guard let first = try await iterator.next(), case .welcome(let welcome) = first.content else {
          throw FleetError(.internal, "the coordinator does not answer hello with welcome")
        }
        try await welcomed(welcome)
        let reporter = Reporter(parts: parts, outbox: outbox, takesParts: welcome.takesParts)
        group.addTask { await reporter.watch() }
        group.addTask { await reporter.sendSigns(eachSeconds: welcome.statisticsSeconds) }
        group.addTask { await reporter.sendStatistics(eachSeconds: welcome.statisticsSeconds) }
        group.addTask { await reporter.sendDigests(eachSeconds: welcome.digestSeconds) }
        group.addTask { await reporter.sendFacts() }
        group.addTask { await reporter.watchList() }
        group.addTask { await reporter.watchTrust() }
        group.addTask { await endInTime() }
        // Not awaited: a disk that hangs must not keep the agent from reconnecting.
        let carrying = Task { [lane] in await lane.run() }
        defer {
          carrying.cancel()
          group.cancelAll()
        }
        try await withThrowingDiscardingTaskGroup { errands in
          while let message = try await iterator.next() {
            if case .trust(let trust) = message.content {
              try trusting(trust)
            } else if let content = message.content {
              try await take(content, reporter, &errands)
            }
          }
          errands.cancelAll()
        }
      }
    }
  }

  /// Opens the stream, by the call that a hello in parts needs or by the one that every coordinator knows.
  private func connect(
    inParts: Bool, _ request: StreamingClientRequest<Roost_V1_AgentMessage>,
    _ body: @Sendable @escaping (StreamingClientResponse<Roost_V1_CoordinatorMessage>) async throws -> Void
  ) async throws {
    let link = Roost_V1_AgentLink.Client(wrapping: client)
    guard inParts else { return try await link.connect(request: request, onResponse: body) }
    do {
      try await link.connectInParts(request: request, onResponse: body)
    } catch let error as RPCError where error.code == .unimplemented && !FleetError.isCarried(by: error) {
      throw UnknownCall()
    }
  }

  /// The coordinator is older than hellos in parts.
  struct UnknownCall: Error {}

  /// Ends the stream before the coordinator ends its connection at the age of 24 h: at a random time, so that hosts
  /// which connected together after a restart do not all reconnect together.
  private func endInTime() async {
    let minutes =
      Self.longestMinutes.lowerBound
      + Int64(
        clamping: parts.environment.random.next()
          % UInt64(
            Self.longestMinutes.count))
    do { try await parts.environment.clock.sleep(for: .seconds(minutes * 60)) } catch { return }
    parts.logger.info("the agent reconnects to the coordinator, because the connection is \(minutes) min old")
    outbox.close()
  }

  private func take(
    _ content: Roost_V1_CoordinatorMessage.OneOf_Content, _ reporter: Reporter,
    _ errands: inout ThrowingDiscardingTaskGroup<any Error>
  ) async throws {
    switch content {
    case .welcome, .trust: break
    case .highWater(let mark):
      let (parts, cursors) = (parts, try PoolCursors(mark.poolCursors))
      // Synced to disk before the next order begins, so that this host remembers whose orders it obeyed.
      try lane.add {
        let failure = try? await HostFile.apart {
          parts.highWater.see(
            macCursor: mark.macCursor, poolCursors: cursors, lastEvent: Int64(clamping: mark.lastEvent),
            mark: mark.hasMark ? mark.mark : nil)
        }
        if let failure { parts.logger.error("how far the fleet has come is not on the disk: \(failure)") }
      }
    case .startPolicy(let policy):
      let parts = parts
      try lane.add { try? await HostFile.apart { parts.policies.keep(policy, parts.logger) } }
    // Sent beside this loop: actions and tunnels do not wait for libvirt.
    case .sendInventory: parts.hypervisor.changes.note { $0.everything = true }
    case .action(let message):
      let session = self
      try lane.add { await session.begin(message) }
    case .cancel(let order):
      let queue = parts.queue
      if let id = ActionID(order.actionID) { try lane.add { await queue.cancel(id) } }
    case .tunnel(let request):
      let carrier = TunnelCarrier(
        hypervisor: parts.hypervisor, permission: parts.permission, client: client, logger: parts.logger)
      errands.addTask { await carrier.carry(request) }
    case .query(let message): errands.addTask { await answer(message) }
    }
  }

  /// Answers a query; an unreadable one gets the error.
  private func answer(_ message: Roost_V1_Query) async {
    do {
      outbox.send(.answer(await parts.responder.answer(try HostQuery(message)).message))
    } catch {
      outbox.send(
        .answer(
          .with {
            $0.queryID = message.id
            $0.failure = FleetError(error).failureMessage
          }))
    }
  }

  /// Starts an action, in the order of the stream; it continues if this session ends, and the journal then keeps its
  /// result.
  private func begin(_ message: Roost_V1_Action) async {
    let outbox = outbox
    let action: AgentAction
    do {
      action = try AgentAction(message)
    } catch {
      parts.logger.error("an action can't be read: \(error)")
      outbox.send(
        .result(
          .with {
            $0.actionID = message.id
            $0.failure = error.failureMessage
          }))
      return
    }
    let running = await parts.queue.begin(action) { step, fraction in
      outbox.send(
        .progress(
          .with {
            $0.actionID = message.id
            $0.step = step
            $0.fraction = fraction ?? -1
          }))
    }
    Task { outbox.send(.result(await running.value.message)) }
  }
}
