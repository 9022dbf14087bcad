import Fleet
import Synchronization

/// What may change within one term of office.
final class Term: Sendable {
  private struct Present {
    var epoch: Int64
    var isSettling: Bool
    var settledCursor: UInt64 = 0
    var settledCursors = PoolCursors()
  }

  private let present: Mutex<Present>

  init(epoch: Int64, isSettling: Bool = false) {
    present = Mutex(Present(epoch: epoch, isSettling: isSettling))
  }

  /// Higher than that of any coordinator before, as far as is known.
  var epoch: Int64 { present.withLock { $0.epoch } }

  /// Whether nothing is handed out now; the store says so too, and is what a commit asks.
  var isSettling: Bool { present.withLock { $0.isSettling } }

  /// Goes on with a higher epoch; a lower one changes nothing.
  func raise(to epoch: Int64) {
    present.withLock { $0.epoch = max($0.epoch, epoch) }
  }

  /// Where the MAC cursor has jumped to at the end of a settling in this term; hosts may know of what lies before.
  var settledCursor: UInt64 { present.withLock { $0.settledCursor } }

  /// The same of the pools beside the fleet's own.
  var settledCursors: PoolCursors { present.withLock { $0.settledCursors } }

  /// Notes where the MAC cursors have jumped to.
  func settled(at marks: HighWater) {
    present.withLock { present in
      present.settledCursor = max(present.settledCursor, marks.macCursor)
      present.settledCursors.raise(to: marks.poolCursors)
    }
  }

  /// Begins or ends settling.
  func settle(_ isSettling: Bool) {
    present.withLock { $0.isSettling = isSettling }
  }
}
