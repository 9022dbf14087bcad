public import Fleet
internal import GRDB

extension FleetStore {
  /// Copies the database as it is at one moment into a new file, by SQLite's online backup, beside running changes.
  ///
  /// The copy is one file without companions, was checked, and appears at `path` when it is whole.
  /// - Throws: ``FleetError`` with code `conflict` if there is a file already, `internal` if it can't be written.
  public func backup(to path: String) async throws(FleetError) {
    let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<Void, FleetError>, Never>) in
      pool.asyncRead { access in
        let result = Result { try Self.copy(access.get(), to: path) }
        continuation.resume(returning: result.mapError { FleetError($0, about: "the backup") })
      }
    }
    try result.get()
  }

  private static func copy(_ source: Database, to path: String) throws {
    try DatabaseFile.write(to: path) { draft throws(FleetError) in
      do {
        let queue = try DatabaseQueue(path: draft)
        try queue.writeWithoutTransaction { target in
          try source.backup(to: target)
          // Without this the copy would ask for a write-ahead log beside it.
          try target.execute(sql: "PRAGMA journal_mode = DELETE")
          let faults = try String.fetchAll(target, sql: "PRAGMA quick_check(5)")
          guard faults == ["ok"] else { throw FleetError.damaged(faults.joined(separator: "; ").printable) }
        }
        try queue.close()
      } catch {
        throw FleetError(error, about: "the backup")
      }
    }
  }
}
