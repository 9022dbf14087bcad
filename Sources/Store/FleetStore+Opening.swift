package import Fleet
internal import Foundation
internal import GRDB

extension FleetStore {
  /// Makes a new database that only its owner can read, with the newest schema and the fleet's record.
  ///
  /// The file appears at `path` when it is complete.
  /// - Throws: ``FleetError`` with code `conflict` if the file exists already.
  package static func create(at path: String, identity: FleetRecord) throws(FleetError) -> FleetStore {
    try DatabaseFile.write(to: path) { draft throws(FleetError) in
      do {
        let queue = try DatabaseQueue(path: draft, configuration: configuration())
        try Schema.migrator.migrate(queue)
        try queue.write { try FleetTransaction($0, actor: "").insertFleet(identity) }
        try queue.close()
      } catch {
        throw FleetError(error, about: "the fleet")
      }
    }
    return try open(at: path)
  }

  /// Opens the database and updates its schema.
  ///
  /// The file is checked before anything is written to it.
  /// - Parameter actor: names the requester of a change; called in the requesting task.
  /// - Throws: ``FleetError`` with code `notFound` without a file, `precondition` for a file that is not Roost's or of
  ///   a newer version, `internal` for a damaged file; in each of these cases the file stays as it is.
  package static func open(
    at path: String, actor: @escaping @Sendable () -> String = { "" }
  ) throws(FleetError) -> FleetStore {
    guard FileManager.default.fileExists(atPath: path) else {
      throw FleetError(
        .notFound, "there is no database at \"\(path.printable)\"", hint: "make one: roost-coordinator init")
    }
    do {
      try inspect(path)
      let pool = try DatabasePool(path: path, configuration: configuration())
      // A pool sets its writer to NORMAL, with which a power cut may lose acknowledged commits. A commit that
      // checkpoints the log takes many times as long as others. With the default of 1000 pages that is one in fifty,
      // and slower the larger the ledger; with 16 MB of log it is less than one in a hundred.
      try pool.writeWithoutTransaction { writer in
        try writer.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000")
      }
      try Schema.migrator.migrate(pool)
      let store = FleetStore(pool: pool, actor: actor)
      _ = try pool.read { try FleetSnapshotReader($0).fleet() }
      return store
    } catch {
      throw FleetError(error, about: "the database")
    }
  }

  /// Connections with every constraint on; the file's directory must be writable even for readers, because of WAL.
  static func configuration(readOnly: Bool = false) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = readOnly
    configuration.foreignKeysEnabled = true
    configuration.busyMode = .timeout(5)
    configuration.label = "roost.store"
    configuration.prepareDatabase { database in
      // With this, `REPLACE` fires the triggers of the rows that it deletes.
      try database.execute(sql: "PRAGMA recursive_triggers = ON")
    }
    return configuration
  }

  /// Checks a file through a read-only connection.
  static func inspect(_ path: String) throws {
    let queue = try DatabaseQueue(path: path, configuration: configuration(readOnly: true))
    try queue.read { database in
      let application = try Int32.fetchOne(database, sql: "PRAGMA application_id")
      guard application == Schema.applicationID else {
        throw FleetError(.precondition, "\"\(path.printable)\" is not a database of Roost")
      }
      let faults = try String.fetchAll(database, sql: "PRAGMA quick_check(5)")
      guard faults == ["ok"] else { throw FleetError.damaged(faults.joined(separator: "; ").printable) }
      guard try !Schema.migrator.hasBeenSuperseded(database) else {
        throw FleetError(
          .precondition, "the database was made by a newer version of Roost",
          hint: "install that version, or put a backup of this version in its place")
      }
    }
    try queue.close()
  }
}
