package import Fleet
internal import GRDB
internal import Synchronization

/// The coordinator's memory in one SQLite database file.
///
/// One connection writes and checkpoints; readers see a snapshot and never write. No second process may have the
/// file open: hold a ``DataDirectoryLock`` first.
package final class FleetStore: Sendable {
  let pool: DatabasePool
  /// Names who asks for a change, in the task that asks.
  let actor: @Sendable () -> String
  /// A signal after each commit that appended events; several commits may share one. The events are read from here.
  package let eventSignal = Broadcast<Void>()
  private let follower = Mutex<CommitFollower?>(nil)

  init(pool: DatabasePool, actor: @escaping @Sendable () -> String) {
    self.pool = pool
    self.actor = actor
  }

  /// Makes a change, after all changes that were asked for before it.
  ///
  /// When it returns, the change is on the disk, whoever follows the commits has taken it in, and those who wait for
  /// events have been told. It is not cancelled with the calling task: it happens wholly, or wholly not if `body`
  /// throws, and then the ``FleetError`` that `body` threw is thrown here.
  @discardableResult
  package func commit<Value: Sendable>(
    _ body: @Sendable @escaping (FleetTransaction) throws -> Value
  ) async throws(FleetError) -> Value {
    let actor = actor()
    let follower = follower.withLock { $0 }
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<Committed<Value>, FleetError>, Never>) in
      pool.asyncWrite { database in
        let transaction = FleetTransaction(database, actor: actor)
        let value = try body(transaction)
        return Committed(
          value: value, rows: follower == nil ? CommittedRows() : try transaction.touchedRows(),
          hasEvents: transaction.hasEvents)
      } completion: { _, result in
        // On the writer, which makes the next change after this: followers get commits in their order.
        if case .success(let committed) = result { follower?.add(committed.rows) }
        continuation.resume(returning: result.mapError { FleetError($0, about: "the change") })
      }
    }
    let committed = try result.get()
    if !committed.rows.isEmpty { await follower?.catchUp() }
    if committed.hasEvents { eventSignal.send(()) }
    return committed.value
  }

  /// What a change came to.
  private struct Committed<Value: Sendable>: Sendable {
    let value: Value
    let rows: CommittedRows
    let hasEvents: Bool
  }

  /// Follows the commits from now on, in place of whoever did before.
  /// - Parameter catchUp: takes what is new, after each commit that changed what is followed and before its caller
  ///   goes on.
  package func follow(catchUp: @escaping @Sendable () async -> Void) -> CommitFollower {
    let next = CommitFollower(catchUp: catchUp)
    follower.withLock { $0 = next }
    return next
  }

  /// Asks questions of the fleet as it is at one moment, beside running changes.
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

  /// Ends all connections once running reads and changes are over; every later call throws.
  ///
  /// The database file is then whole by itself: the log is written back into it, and goes or is empty.
  package func close() throws(FleetError) {
    // The writer should be the last to leave: a reader can't write the log back. One that is still on its way out
    // leaves an empty log behind, hence the checkpoint.
    pool.invalidateReadOnlyConnections()
    // Nothing is lost without it, and a store that is closed already has nothing to write back.
    try? pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    do { try pool.close() } catch { throw FleetError(error, about: "the database") }
  }
}
