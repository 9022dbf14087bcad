import Fleet
import Synchronization

/// The immutable facts of one epoch: the fleet, its number, and where the coordinator listens.
struct CoordinatorContext: Sendable {
  let fleetID: FleetID
  let fleetName: String
  let incarnation: Incarnation
  let term: EpochState
  /// What the database held when the term began: an agent that was told more by an earlier one has met another
  /// database.
  let beginning: HighWaterMarks
  let link: ListenAddress
  let enrolment: ListenAddress
  let quarantineSeconds: Int64
  let startedAt: Timestamp

  /// Higher than that of any coordinator before.
  var epoch: Int64 { term.epoch }
}

/// The part of an epoch that may change: whether the fleet settles, which cursors have jumped.
final class EpochState: Sendable {
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
  func settled(at marks: HighWaterMarks) {
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

/// The version of this coordinator.
enum RoostVersion {
  /// Semantic version; agents of the same major version are served.
  static let current = "0.1.0"
}
