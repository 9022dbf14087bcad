/// Why a ``CallPool`` gave no result.
public enum CallPoolError: Error, Sendable, Hashable {
  /// So many calls wait already that no more are taken.
  case queueFull(call: String, limit: Int)
  /// The call took too long. It goes on if it had started, and keeps its thread; `stuck` of the pool's
  /// `threads` are kept so now.
  case timedOut(call: String, after: Duration, stuck: Int, threads: Int)
  /// The pool is closed.
  case closed(call: String)
  /// The system has no thread to give.
  case noThread(errorNumber: Int32)
}

extension CallPoolError: CustomStringConvertible {
  /// One sentence with the numbers.
  public var description: String {
    switch self {
    case .queueFull(let call, let limit):
      "the call \"\(call)\" is refused, as \(limit) calls wait already"
    case .timedOut(let call, let after, let stuck, let threads):
      "the call \"\(call)\" has no answer after \(after); \(stuck) of \(threads) threads are stuck"
    case .closed(let call):
      "the call \"\(call)\" is refused, as its threads end"
    case .noThread(let errorNumber):
      "the system has no thread to give (errno \(errorNumber))"
    }
  }
}
