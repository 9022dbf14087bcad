internal import Synchronization

/// The events of one subscription, in order, for one reader.
///
/// The buffer is bounded: events beyond it are lost, and the next element is then ``Event/overflow(lost:)``, ahead of
/// the buffered ones.
package struct EventStream: AsyncSequence, Sendable {
  /// What the stream gives.
  package typealias Element = Event
  /// The stream throws nothing.
  package typealias Failure = Never

  let sink: EventSink

  /// Starts reading.
  package func makeAsyncIterator() -> Iterator {
    Iterator(sink: sink, buffered: sink.buffered.makeAsyncIterator())
  }

  /// Reads one event after the other.
  package struct Iterator: AsyncIteratorProtocol {
    let sink: EventSink
    var buffered: AsyncStream<Event>.Iterator

    /// The next event, or nil when the subscription ended or the reading task was cancelled.
    package mutating func next(isolation actor: isolated (any Actor)?) async -> Event? {
      if let overflow { return overflow }
      if let event = await buffered.next(isolation: actor) { return event }
      // The last events may have been the lost ones.
      return overflow
    }

    /// The next event, or nil when the subscription ended or the reading task was cancelled.
    package mutating func next() async -> Event? {
      await next(isolation: #isolation)
    }

    private var overflow: Event? {
      let lost = sink.takeLost()
      return lost == 0 ? nil : .overflow(lost: lost)
    }
  }
}

/// A bounded buffer into which callbacks put events; it counts the lost ones.
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

  /// Ends the stream after the buffered events.
  func finish() { continuation.finish() }

  /// The number of events lost since the last call.
  func takeLost() -> Int {
    lost.withLock { lost in
      defer { lost = 0 }
      return lost
    }
  }
}
