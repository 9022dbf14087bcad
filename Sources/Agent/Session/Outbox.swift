internal import Fleet
internal import RoostProto
internal import SwiftProtobuf

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
