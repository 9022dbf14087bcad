import Fleet
import RoostProto
import Synchronization

/// One agent's open stream: messages go out through a bounded queue.
final class AgentConnection: Sendable {
  /// The agent at the other end.
  struct Speaker: Sendable {
    /// The boot of the machine that it runs on.
    var boot = ""
    /// The random value that it drew when it started.
    var nonce = ""
    /// The machine's own name and address, for sentences.
    var place = "an agent"
  }

  private struct Life {
    var speaker = Speaker()
    var silentLooks: Int64 = 0
    var isBehind = false
    var isWelcomed = false
  }

  /// The most messages that wait for the agent; an agent that reads more slowly is disconnected.
  static let queueLimit = 1024

  let hostID: HostID
  /// The session's number, which distinguishes it from earlier ones of the same host.
  let number: UInt64
  let outgoing: AsyncStream<Roost_V1_CoordinatorMessage>
  private let continuation: AsyncStream<Roost_V1_CoordinatorMessage>.Continuation
  private let life = Mutex(Life())

  init(hostID: HostID, number: UInt64) {
    self.hostID = hostID
    self.number = number
    (outgoing, continuation) = AsyncStream.makeStream(
      of: Roost_V1_CoordinatorMessage.self, bufferingPolicy: .bufferingOldest(Self.queueLimit))
  }

  /// The agent; the default before its hello.
  var speaker: Speaker { life.withLock { $0.speaker } }

  /// True once its hello was answered; nothing may be sent before.
  var isWelcomed: Bool { life.withLock { $0.isWelcomed } }

  /// The time between two checks whether the agent still sends.
  static let lookInterval: Duration = .seconds(5)

  /// How long the agent has been silent, counted in checks and so independent of the time of day. A stream that is not
  /// read, because its messages are not worked on fast enough, is not silent.
  var silence: Duration { Self.lookInterval * life.withLock { $0.silentLooks } }

  /// Records that another ``lookInterval`` is over.
  func countSilentInterval() { life.withLock { if !$0.isBehind { $0.silentLooks &+= 1 } } }

  /// Sets the agent.
  func introduce(_ speaker: Speaker) { life.withLock { $0.speaker = speaker } }

  /// Records that the agent has sent something.
  func noteMessage() { life.withLock { $0.silentLooks = 0 } }

  /// Records whether the agent is read no further, until there is room for its messages.
  func setBehind(_ isBehind: Bool) { life.withLock { $0.isBehind = isBehind } }

  /// Answers the agent's hello; false if it is gone.
  func welcome(_ message: Roost_V1_CoordinatorMessage) -> Bool {
    guard send(message) else { return false }
    life.withLock { $0.isWelcomed = true }
    return true
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

  /// Ends the stream to the agent.
  func close() {
    continuation.finish()
  }
}
