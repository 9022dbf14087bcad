import Fleet
import RoostProto

/// One agent's open stream: messages go out through a bounded queue.
final class AgentSession: Sendable {
  /// How many messages may wait for the agent; one that reads slower than this is cut off.
  static let queueLimit = 1024

  let hostID: HostID
  /// Tells this session from an earlier one of the same host.
  let number: UInt64
  let outgoing: AsyncStream<Roost_V1_CoordinatorMessage>
  private let continuation: AsyncStream<Roost_V1_CoordinatorMessage>.Continuation

  init(hostID: HostID, number: UInt64) {
    self.hostID = hostID
    self.number = number
    (outgoing, continuation) = AsyncStream.makeStream(
      of: Roost_V1_CoordinatorMessage.self, bufferingPolicy: .bufferingOldest(Self.queueLimit))
  }

  /// Queues a message; false if the agent has fallen too far behind or is gone.
  func send(_ message: Roost_V1_CoordinatorMessage) -> Bool {
    switch continuation.yield(message) {
    case .enqueued: return true
    case .dropped:
      continuation.finish()
      return false
    case .terminated: return false
    @unknown default: return false
    }
  }

  /// Ends the stream towards the agent.
  func close() {
    continuation.finish()
  }
}
