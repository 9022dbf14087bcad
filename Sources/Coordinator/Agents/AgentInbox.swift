import Fleet
import RoostProto
import Synchronization

/// The messages of one agent that wait to be worked on, in their order. One task puts them in, another takes them out.
///
/// It is bounded by what the messages cost and by their bytes: when it is full, the agent is read no further until
/// there is room.
final class AgentInbox: Sendable {
  typealias Content = Roost_V1_AgentMessage.OneOf_Content

  /// A message that waits.
  struct Message {
    let content: Content
    /// When it was read, from which the age of what it reports is counted.
    let at: Timestamp
    let cost: Double
    fileprivate let room: Double
  }

  private typealias Waiter = CheckedContinuation<Void, Never>

  private struct State {
    var waiting: [Message] = []
    var room = 0.0
    var isFull: Bool { room >= AgentInbox.limit }
    /// How the stream ended, if it has.
    var end: Result<Void, any Error>?
    var isClosed = false
    /// Resumed when there is room, or a message; of each at most one waits.
    var reader: Waiter?
    var worker: Waiter?
  }

  /// The room up to which messages are taken in: some hundred small ones. One more may be of any size.
  static let limit = 128.0
  /// The bytes that take as much room as a message of cost 1.
  static let bytes = 65_536.0

  private let state = Mutex(State())

  /// How many messages wait.
  var count: Int { state.withLock { $0.waiting.count } }

  /// True while the agent is read no further.
  var isFull: Bool { state.withLock { $0.isFull } }

  /// Waits until there is room, or until it is closed.
  func waitForRoom() async {
    await withCheckedContinuation { continuation in
      let isFull = state.withLock { state in
        guard !state.isClosed, state.isFull else { return false }
        state.reader = continuation
        return true
      }
      if !isFull { continuation.resume() }
    }
  }

  /// Puts a message in.
  /// - Parameters:
  ///   - size: its bytes, or somewhat more.
  ///   - at: when it was read.
  func put(_ content: Content, cost: Double, size: Int = 0, at: Timestamp) {
    let room = max(cost, Double(size) / Self.bytes)
    let worker = state.withLock { state in
      guard !state.isClosed else { return state.worker.take() }
      state.waiting.append(Message(content: content, at: at, cost: cost, room: room))
      state.room += room
      return state.worker.take()
    }
    worker?.resume()
  }

  /// Records how the stream ended. What waits when it breaks is dropped, since the agent tells it again.
  func finish(_ end: Result<Void, any Error>) {
    let worker = state.withLock { state in
      state.end = end
      if case .failure = end { state.waiting = [] }
      return state.worker.take()
    }
    worker?.resume()
  }

  /// Drops everything, and lets nobody wait any longer.
  func close() {
    let (reader, worker) = state.withLock { state in
      state.isClosed = true
      state.waiting = []
      return (state.reader.take(), state.worker.take())
    }
    reader?.resume()
    worker?.resume()
  }

  /// Takes the next message out, when there is one; nil at the end of the stream.
  /// - Throws: what ended the stream.
  func next() async throws -> Message? {
    while true {
      await withCheckedContinuation { continuation in
        let isEmpty = state.withLock { state in
          guard state.waiting.isEmpty, state.end == nil, !state.isClosed else { return false }
          state.worker = continuation
          return true
        }
        if !isEmpty { continuation.resume() }
      }
      let (message, end, reader) = state.withLock { state -> (Message?, Result<Void, any Error>?, Waiter?) in
        if state.isClosed { return (nil, .failure(CancellationError()), nil) }
        guard !state.waiting.isEmpty else { return (nil, state.end, nil) }
        let first = state.waiting.removeFirst()
        // BOUNDED: counts what waits.
        state.room = state.waiting.isEmpty ? 0 : state.room - first.room
        return (first, nil, state.isFull ? nil : state.reader.take())
      }
      reader?.resume()
      if let message { return message }
      if let end {
        try end.get()
        return nil
      }
    }
  }
}
