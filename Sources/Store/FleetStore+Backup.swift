package import Fleet
internal import Foundation
internal import GRDB

extension FleetStore {
  /// Copies the database at one moment into a new file, by SQLite's online backup, while changes continue.
  ///
  /// The copy is a single file, is checked, and appears at `path` when it is complete.
  /// - Parameter prepare: changes the copy before it appears.
  /// - Throws: ``FleetError`` with code `conflict` if the file exists already, `internal` if it can't be written.
  package func backup(
    to path: String, prepare: @Sendable @escaping (FleetTransaction) throws -> Void = { _ in }
  ) async throws(FleetError) {
    let actor = actor()
    let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<Void, FleetError>, Never>) in
      pool.asyncRead { access in
        let result = Result { try Self.copy(access.get(), to: path, actor: actor, prepare) }
        continuation.resume(returning: result.mapError { FleetError($0, about: "the backup") })
      }
    }
    try result.get()
  }

  /// Makes a database of a backup, at a path where there is none.
  ///
  /// The backup is checked first, and not changed.
  /// - Throws: ``FleetError`` as ``open(at:)`` does for the backup, `conflict` if `path` exists.
  package static func restore(_ backup: String, to path: String) throws(FleetError) -> FleetStore {
    guard FileManager.default.fileExists(atPath: backup) else {
      throw FleetError(.notFound, "there is no file \"\(backup.printable)\"")
    }
    do {
      try inspect(backup)
      let queue = try DatabaseQueue(path: backup, configuration: configuration(readOnly: true))
      try queue.read { try copy($0, to: path, actor: "") { _ in } }
      try queue.close()
    } catch {
      throw FleetError(error, about: "the backup")
    }
    return try open(at: path)
  }

  private static func copy(
    _ source: Database, to path: String, actor: String, _ prepare: (FleetTransaction) throws -> Void
  ) throws {
    try DatabaseFile.write(to: path) { draft throws(FleetError) in
      do {
        let queue = try DatabaseQueue(path: draft)
        try queue.writeWithoutTransaction { target in
          try source.backup(to: target)
          // Without this the copy would need a write-ahead log beside it.
          try target.execute(sql: "PRAGMA journal_mode = DELETE")
          try prepare(FleetTransaction(target, actor: actor))
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
