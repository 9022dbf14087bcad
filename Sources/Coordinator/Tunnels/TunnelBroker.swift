import Fleet
import GRPCCore
import RoostAPI
import RoostProto

/// Connects an operator's console or VNC stream with the agent's.
actor TunnelBroker {
  private struct Waiting {
    let hostID: HostID
    let near: TunnelEnd
    let continuation: CheckedContinuation<TunnelEnd, any Error>
  }

  private var waiting: [UniqueID: Waiting] = [:]

  /// Asks a host's agent to open the tunnel and waits until it does; `near` is the operator's side.
  /// - Parameter ask: called once the wait has begun, so that no answer comes too early.
  /// - Throws: ``FleetError`` with code `timedOut` after `timeout`, or whatever `ask` throws, at once.
  func meetAgent(
    _ id: UniqueID, on hostID: HostID, near: TunnelEnd, timeout: Duration,
    ask: @escaping @Sendable () async throws -> Void
  ) async throws -> TunnelEnd {
    let watchdog = Task {
      try await Task.sleep(for: timeout)
      self.fail(id, FleetError(.timedOut, "the host's agent does not open the tunnel", retryable: true))
    }
    defer { watchdog.cancel() }
    return try await withCheckedThrowingContinuation { continuation in
      waiting[id] = Waiting(hostID: hostID, near: near, continuation: continuation)
      Task {
        do { try await ask() } catch { self.fail(id, FleetError(error)) }
      }
    }
  }

  /// Fails a tunnel whose operator waits.
  private func fail(_ id: UniqueID, _ error: FleetError) {
    waiting.removeValue(forKey: id)?.continuation.resume(throwing: error)
  }

  /// Connects the agent's side; returns the operator's.
  /// - Throws: ``FleetError`` with code `notFound` if no operator waits for that tunnel of that host.
  func meetOperator(_ id: UniqueID, from hostID: HostID, far: TunnelEnd) throws(FleetError) -> TunnelEnd {
    guard let found = waiting[id], found.hostID == hostID else {
      throw FleetError(.notFound, "no operator waits for this tunnel")
    }
    waiting[id] = nil
    found.continuation.resume(returning: far)
    return found.near
  }
}

/// One side of a tunnel, as the other side sees it.
struct TunnelEnd: Sendable {
  /// Sends frames to that side.
  let writer: RPCWriter<Roost_V1_TunnelFrame>
  /// Ends that side's call.
  let stop: @Sendable () -> Void
}

/// Carries one side's frames to the other; a slow writer slows down its reader.
enum TunnelPump {
  /// How long the first frame may take.
  static let firstFrameLimit: Duration = .seconds(15)

  /// Reads the first frame, waits for the other side, and sends it every later frame until either side ends.
  /// - Throws: ``FleetError`` with code `timedOut` if the first frame does not come in time, since whoever opens
  ///   tunnels and says nothing would otherwise hold them for as long as the connection lasts.
  static func run(
    _ incoming: RPCAsyncSequence<Roost_V1_TunnelFrame, any Error>,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    meet: @escaping @Sendable (Roost_V1_TunnelFrame, @escaping @Sendable () -> Void) async throws -> TunnelEnd
  ) async throws {
    let (stopped, stop) = AsyncThrowingStream.makeStream(of: Void.self)
    let watchdog = Task {
      try await sleep(firstFrameLimit)
      let late = "the tunnel is closed, since its first frame did not come within \(firstFrameLimit)"
      stop.finish(throwing: FleetError(.timedOut, late))
    }
    defer { watchdog.cancel() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        var iterator = incoming.makeAsyncIterator()
        guard let first = try await iterator.next() else { return }
        watchdog.cancel()
        let peer = try await meet(first) { stop.finish() }
        defer { peer.stop() }
        while let frame = try await iterator.next() { try await peer.writer.write(frame) }
      }
      group.addTask {
        for try await _ in stopped {}
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }
}
