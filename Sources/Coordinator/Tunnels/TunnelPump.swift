import GRPCCore
import RoostProto

/// Carries one side's frames to the other; each writer's pace holds its reader back.
enum TunnelPump {
  /// Reads the first frame, meets the other side, and carries every later frame there until either side ends.
  static func run(
    _ incoming: RPCAsyncSequence<Roost_V1_TunnelFrame, any Error>,
    meet: @escaping @Sendable (Roost_V1_TunnelFrame, @escaping @Sendable () -> Void) async throws -> TunnelEnd
  ) async throws {
    let (stopped, stop) = AsyncStream.makeStream(of: Void.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        var iterator = incoming.makeAsyncIterator()
        guard let first = try await iterator.next() else { return }
        let peer = try await meet(first) { stop.finish() }
        defer { peer.stop() }
        while let frame = try await iterator.next() { try await peer.writer.write(frame) }
      }
      group.addTask {
        for await _ in stopped {}
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }
}
