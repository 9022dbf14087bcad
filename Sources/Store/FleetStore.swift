package import Fleet
internal import GRDB

/// The coordinator's database in one SQLite file.
///
/// One connection writes and checkpoints; readers see a snapshot and never write. Only one process may open the file:
/// hold a ``DataDirectoryLock`` first.
package final class FleetStore: Sendable {
  let pool: DatabasePool
  private let queue = CommitQueue()
  /// Names the requester of a change, in the requesting task.
  let actor: @Sendable () -> String
  /// The events of each commit that appended some. Whoever is slow gets the last commit's alone, so the events are read
  /// from here; what is sent decides whom it wakes.
  package let eventSignal = Broadcast<[FleetEvent]>()

  init(pool: DatabasePool, actor: @escaping @Sendable () -> String) {
    self.pool = pool
    self.actor = actor
  }

  /// Makes a change, after all changes requested before it; changes that wait together share one flush.
  ///
  /// On return the change is on disk, the follower has applied it, and listeners of ``eventSignal`` are notified.
  /// Cancelling the calling task does not cancel it: it happens completely, or not at all if `body` throws; then its
  /// ``FleetError`` is thrown here. `body` reads and writes the transaction alone: if the flush of several changes
  /// fails it is called a second time.
  @discardableResult
  package func commit<Value: Sendable>(
    _ body: @Sendable @escaping (FleetTransaction) throws -> Value
  ) async throws(FleetError) -> Value {
    let actor = actor()
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<Committed<Value>, FleetError>, Never>) in
      let change = CommitQueue.Change { database in
        let transaction = FleetTransaction(database, actor: actor)
        let value = try body(transaction)
        let rows = try transaction.touchedRows()
        let committed = Committed(value: value, isFollowed: !rows.isEmpty, events: transaction.events)
        return CommitQueue.Made(rows: rows) { continuation.resume(returning: .success(committed)) }
      } fail: {
        continuation.resume(returning: .failure($0))
      }
      queue.add(change, to: pool)
    }
    let committed = try result.get()
    if committed.isFollowed { await queue.follower?.catchUp() }
    if !committed.events.isEmpty { eventSignal.send(committed.events) }
    return committed.value
  }

  /// How many changes wait for the writer.
  package var waitingChanges: Int { queue.count }

  /// Makes a change and takes it back: the database and everybody who follows it stay as they are.
  /// - Throws: the ``FleetError`` with which ``commit(_:)`` would refuse the change.
  package func rehearse(_ body: @Sendable @escaping (FleetTransaction) throws -> Void) async throws(FleetError) {
    let actor = actor()
    let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<Void, FleetError>, Never>) in
      pool.asyncWriteWithoutTransaction { database in
        let result = Result {
          try database.inTransaction(.immediate) {
            try body(FleetTransaction(database, actor: actor))
            try CommitQueue.checkDeferredKeys(of: database)
            return .rollback
          }
        }
        continuation.resume(returning: result.mapError { FleetError($0, about: "the change") })
      }
    }
    try result.get()
  }

  /// What a change came to.
  private struct Committed<Value: Sendable>: Sendable {
    let value: Value
    let isFollowed: Bool
    let events: [FleetEvent]
  }

  /// Follows the commits from now on, in place of an earlier follower.
  /// - Parameter catchUp: called after each commit that changed a followed table, before its caller goes on.
  package func follow(catchUp: @escaping @Sendable () async -> Void) -> CommitFollower {
    let next = CommitFollower(catchUp: catchUp)
    queue.follow(next)
    return next
  }

  /// Reads the fleet at one moment, while changes continue.
  /// - Throws: the ``FleetError`` that `body` threw, or code `internal` if the database can't be read.
  package func read<Value: Sendable>(
    _ body: @Sendable @escaping (FleetSnapshotReader) throws -> Value
  ) async throws(FleetError) -> Value {
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<Value, FleetError>, Never>) in
      pool.asyncRead { access in
        let result = Result { try body(FleetSnapshotReader(access.get())) }
        continuation.resume(returning: result.mapError { FleetError($0, about: "the fleet") })
      }
    }
    return try result.get()
  }

  /// Closes all connections once running reads and changes are over; every later call throws.
  ///
  /// The database is then a single complete file: the log is checkpointed, and is gone or empty.
  package func close() throws(FleetError) {
    // The writer should close last: a reader can't checkpoint. A reader that is still closing leaves an empty log
    // behind, hence the checkpoint.
    pool.invalidateReadOnlyConnections()
    // A failure here loses nothing, and a closed store has nothing to checkpoint.
    try? pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    do { try pool.close() } catch { throw FleetError(error, about: "the database") }
  }
}
