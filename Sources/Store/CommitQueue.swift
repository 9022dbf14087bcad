internal import Fleet
internal import GRDB
internal import GRDBSQLite
internal import Synchronization

/// Makes the changes that wait for the writer, several in one transaction with one flush.
///
/// Changes are made in the order in which they were added. Each has a savepoint of its own: one that fails is rolled
/// back alone. A change is answered when the transaction is on disk.
final class CommitQueue: Sendable {
  /// The most changes of one transaction, so that a crowd delays no answer for long.
  static let groupLimit = 64

  /// A change that waits.
  struct Change: Sendable {
    /// Makes the change inside its savepoint.
    let make: @Sendable (Database) throws -> Made
    /// Answers the caller if the change, or its whole transaction, has failed.
    let fail: @Sendable (FleetError) -> Void
  }

  /// A change that is made and not yet on disk.
  struct Made {
    /// The followed rows as the change left them.
    let rows: CommittedRows
    /// Answers the caller.
    let answer: @Sendable () -> Void
  }

  private struct State {
    var waiting: [Change] = []
    /// True from the moment a transaction is requested until no change waits.
    var isBusy = false
  }

  private let state = Mutex(State())
  private let present = Mutex<CommitFollower?>(nil)

  /// Receives the rows of each group, on the writer, before its callers are answered; nil for nobody.
  var follower: CommitFollower? { present.withLock { $0 } }

  /// Sets who follows: all commits that end from now on, whenever they were requested.
  func follow(_ follower: CommitFollower) { present.withLock { $0 = follower } }

  /// Adds a change; it is made on the writer of `pool` after those added before.
  func add(_ change: Change, to pool: DatabasePool) {
    let isFirst = state.withLock { state in
      state.waiting.append(change)
      defer { state.isBusy = true }
      return !state.isBusy
    }
    if isFirst { work(pool) }
  }

  /// How many changes wait.
  var count: Int { state.withLock { $0.waiting.count } }

  /// Commits one group, then the next, until no change waits.
  private func work(_ pool: DatabasePool) {
    pool.asyncWriteWithoutTransaction { [self] database in
      let group = state.withLock { state in
        defer { state.waiting.removeFirst(min(Self.groupLimit, state.waiting.count)) }
        return Array(state.waiting.prefix(Self.groupLimit))
      }
      commit(group, database)
      let goesOn = state.withLock { state in
        state.isBusy = !state.waiting.isEmpty
        return state.isBusy
      }
      if goesOn { work(pool) }
    }
  }

  /// Commits a group in one transaction; if that fails as a whole, commits each of its changes alone.
  private func commit(_ group: [Change], _ database: Database) {
    var (made, failed): ([Made], [(Change, FleetError)]) = ([], [])
    var isBegun = false
    do {
      try database.inTransaction {
        isBegun = true
        for change in group {
          do {
            made.append(try Self.make(change, database))
          } catch {
            // Some errors of a disk end the whole transaction.
            guard database.isInsideTransaction else { throw error }
            failed.append((change, FleetError(error, about: "the change")))
          }
        }
        return .commit
      }
    } catch {
      guard isBegun, group.count > 1 else {
        let failure = FleetError(error, about: "the change")
        for change in group { change.fail(failure) }
        return
      }
      for change in group { commit([change], database) }
      return
    }
    let rows = made.reduce(into: CommittedRows()) { $0.merge($1.rows) }
    follower?.add(rows)
    for result in made { result.answer() }
    for (change, failure) in failed { change.fail(failure) }
  }

  /// Makes a change inside a savepoint.
  private static func make(_ change: Change, _ database: Database) throws -> Made {
    var made: Made?
    try database.inSavepoint {
      made = try change.make(database)
      // SQLite checks these at the end of the transaction, where a fault would take the whole group with it.
      try checkDeferredKeys(of: database)
      return .commit
    }
    guard let made else { throw FleetError(.internal, "a change was not made") }
    return made
  }

  /// Checks the foreign keys that may be broken within a change.
  static func checkDeferredKeys(of database: Database) throws {
    var (open, highest): (Int32, Int32) = (0, 0)
    // SAFETY: the connection is open here, and the numbers outlive the call.
    unsafe sqlite3_db_status(database.sqliteConnection, SQLITE_DBSTATUS_DEFERRED_FKS, &open, &highest, 0)
    guard open == 0 else {
      throw DatabaseError(resultCode: .SQLITE_CONSTRAINT_FOREIGNKEY, message: "FOREIGN KEY constraint failed")
    }
  }
}
