internal import Fleet
internal import RoostProto
internal import SwiftProtobuf

/// How long to wait before trying again: longer each time, by chance, and never long at first.
struct Backoff: Sendable {
  private static let first = 0.5
  /// The longest pause of the first minute, so that a coordinator that restarts has its hosts back within seconds.
  private static let earlyLimit = 3.0
  private static let limit = 15.0
  private static let earlySeconds = 60.0

  private let random: any RandomSource
  private var next = Backoff.first
  private var since: Timestamp?

  init(random: any RandomSource) {
    self.random = random
  }

  /// The pause after one more failure.
  mutating func pause(at now: Timestamp) -> Duration {
    let begin = since ?? now
    since = begin
    let isEarly = now.seconds(since: begin) < Self.earlySeconds
    let ceiling = min(next, isEarly ? Self.earlyLimit : Self.limit)
    next = min(next * 2, Self.limit)
    // Between half and the whole, so that a thousand agents do not come back in one moment.
    let chance = Double(random.next() >> 11) / 0x1p53
    return .milliseconds(Int64(ceiling * (0.5 + chance / 2) * 1000))
  }

  /// Begins anew after a success.
  mutating func reset() {
    next = Self.first
    since = nil
  }
}

/// Messages on their way to the coordinator: bounded, in order, for one stream.
final class Outbox: Sendable {
  /// How many messages may wait; a coordinator that reads slower than this is connected to anew.
  static let limit = 4096

  /// The messages, for the one writer.
  let messages: AsyncStream<Roost_V1_AgentMessage>
  private let continuation: AsyncStream<Roost_V1_AgentMessage>.Continuation

  init() {
    (messages, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.limit))
  }

  /// Queues a message; when there is no room the stream ends, and a new one begins with everything.
  func send(_ content: Roost_V1_AgentMessage.OneOf_Content) {
    let message = Roost_V1_AgentMessage.with { $0.content = content }
    if case .dropped = continuation.yield(message) { continuation.finish() }
  }

  /// Ends the stream after what is queued.
  func close() { continuation.finish() }
}
