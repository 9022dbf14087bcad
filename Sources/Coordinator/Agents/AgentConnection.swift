import Fleet
import RoostProto
import Synchronization

/// One agent's open stream: messages go out through a bounded queue.
final class AgentConnection: Sendable {
  /// Which agent it is that speaks.
  struct Speaker: Sendable {
    /// The boot of the machine that it runs on.
    var boot = ""
    /// Drawn when it started.
    var nonce = ""
    /// The machine's own name and where its connection comes from, for sentences.
    var place = "an agent"
  }

  private struct Life {
    var speaker = Speaker()
    var silentLooks: Int64 = 0
    var isWelcomed = false
  }

  /// How many messages may wait for the agent; one that reads slower than this is cut off.
  static let queueLimit = 1024

  let hostID: HostID
  /// Tells this session from an earlier one of the same host.
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

  /// Which agent it is; nobody in particular before it has said hello.
  var speaker: Speaker { life.withLock { $0.speaker } }

  /// True once its hello was answered: nothing may go out before.
  var isWelcomed: Bool { life.withLock { $0.isWelcomed } }

  /// How long it is between two looks whether the agent still speaks.
  static let lookInterval: Duration = .seconds(5)

  /// How long nothing has come from the agent, by looks and so whatever the time of day does.
  var silence: Duration { Self.lookInterval * life.withLock { $0.silentLooks } }

  /// Notes that another ``lookInterval`` is over.
  func look() { life.withLock { $0.silentLooks &+= 1 } }

  /// Notes which agent it is.
  func introduce(_ speaker: Speaker) { life.withLock { $0.speaker = speaker } }

  /// Notes that something came from the agent.
  func learnMarks() { life.withLock { $0.silentLooks = 0 } }

  /// Answers the agent's hello; false if it has gone.
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

  /// Ends the stream towards the agent.
  func close() {
    continuation.finish()
  }
}
