package import Fleet
internal import RoostProto
internal import SwiftProtobuf

/// The pause before the next attempt: longer after each failure, randomised, and short during the first minute.
package struct Backoff: Sendable {
  private static let first = 0.5
  /// The longest pause of the first minute, in seconds, so that a restarted coordinator has its hosts back soon.
  private static let earlyLimit = 3.0
  private static let limit = 15.0
  private static let earlySeconds = 60.0

  private let random: any RandomSource
  private var next = Backoff.first
  private var since: Timestamp?

  package init(random: any RandomSource) {
    self.random = random
  }

  /// The pause after another failure.
  package mutating func pause(at now: Timestamp) -> Duration {
    let begin = since ?? now
    since = begin
    let isEarly = now.seconds(since: begin) < Self.earlySeconds
    let ceiling = min(next, isEarly ? Self.earlyLimit : Self.limit)
    next = min(next * 2, Self.limit)
    // Between half and all of it, so that a thousand agents do not reconnect at the same moment.
    let chance = Double(random.next() >> 11) / 0x1p53
    return .milliseconds(Int64(ceiling * (0.5 + chance / 2) * 1000))
  }

  /// Starts again after a success.
  package mutating func reset() {
    next = Self.first
    since = nil
  }
}

/// Messages to the coordinator: bounded, in order, for one stream.
final class Outbox: Sendable {
  /// The most messages that may wait; a coordinator that reads more slowly gets a new stream.
  static let limit = 4096

  /// The messages, for the one writer.
  let messages: AsyncStream<Roost_V1_AgentMessage>
  private let continuation: AsyncStream<Roost_V1_AgentMessage>.Continuation

  init() {
    (messages, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.limit))
  }

  /// Queues a message; if there is no room, the stream ends and a new one begins with the full state.
  func send(_ content: Roost_V1_AgentMessage.OneOf_Content) {
    send(Roost_V1_AgentMessage.with { $0.content = content })
  }

  /// Queues a message as it is.
  func send(_ message: Roost_V1_AgentMessage) {
    if case .dropped = continuation.yield(message) { continuation.finish() }
  }

  /// Ends the stream after what is queued.
  func close() { continuation.finish() }
}
