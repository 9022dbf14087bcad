import Fleet
import Synchronization

/// The immutable facts of one epoch: the fleet, its number, and where the coordinator listens.
struct CoordinatorContext: Sendable {
  let fleetID: FleetID
  let fleetName: String
  let incarnation: Incarnation
  let epochState: EpochState
  /// The high-water marks of the database when the run began; an agent with higher ones has served another database.
  let beginning: HighWaterMarks
  let link: ListenAddress
  let enrolment: ListenAddress
  let quarantineSeconds: Int64
  let startedAt: Timestamp

  /// Higher than that of any coordinator before.
  var epoch: Int64 { epochState.epoch }
}

/// The part of an epoch that may change: whether the fleet settles, and the raised cursors.
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

  /// Higher than that of any known coordinator before.
  var epoch: Int64 { present.withLock { $0.epoch } }

  /// True while nothing is handed out; the store records it too, and each commit checks the store.
  var isSettling: Bool { present.withLock { $0.isSettling } }

  /// Continues with a higher epoch; a lower one changes nothing.
  func raise(to epoch: Int64) {
    present.withLock { $0.epoch = max($0.epoch, epoch) }
  }

  /// The MAC cursor after a settling in this run; hosts may know of addresses before it.
  var settledCursor: UInt64 { present.withLock { $0.settledCursor } }

  /// The same for the other pools.
  var settledCursors: PoolCursors { present.withLock { $0.settledCursors } }

  /// Records the raised MAC cursors.
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
