internal import Synchronization

/// Where callbacks put events: a bounded buffer that counts what found no room.
final class EventSink: Sendable {
  private let continuation: AsyncStream<Event>.Continuation
  private let lost = Mutex(0)

  /// The buffered events, for one reader.
  let buffered: AsyncStream<Event>

  init(capacity: Int) {
    (buffered, continuation) = AsyncStream.makeStream(
      bufferingPolicy: .bufferingOldest(max(1, capacity)))
  }

  /// Adds an event, or counts it as lost; never blocks.
  func yield(_ event: Event) {
    if case .dropped = continuation.yield(event) { lost.withLock { $0 += 1 } }
  }

  /// Lets the reader end after what is buffered.
  func finish() { continuation.finish() }

  /// How many events were lost since the last question.
  func takeLost() -> Int {
    lost.withLock { lost in
      defer { lost = 0 }
      return lost
    }
  }
}
