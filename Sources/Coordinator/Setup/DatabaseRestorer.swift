package import Fleet
import Foundation
import PKI
import Platform
import Store

/// Replaces a coordinator's database with a backup.
package struct DatabaseRestorer: Sendable {
  let directory: DataDirectory
  let clock: any WallClock
  let random: any RandomSource

  /// Prepares to restore in a data directory; changes nothing yet.
  package init(directory: DataDirectory, clock: any WallClock, random: any RandomSource) {
    self.directory = directory
    self.clock = clock
    self.random = random
  }

  /// Checks the backup and makes it the database; the next coordinator knows that the fleet has changed since.
  /// - Parameter movesAside: whether an existing database is renamed; else it is refused.
  /// - Returns: the new path of the existing database, or nil.
  /// - Throws: ``FleetError``: `precondition` while a coordinator runs, for a file that is not a backup of Roost and
  ///   for one of another fleet than the authority's; `conflict` if there is a database; `internal` for a damaged file.
  package func restore(_ backup: String, movesAside: Bool) async throws -> String? {
    let lock = try DataDirectoryLock(directory: directory.path)
    defer { withExtendedLifetime(lock) {} }
    umask(0o077)
    let authority = try directory.authorities().pair.present
    let isTaken = FileManager.default.fileExists(atPath: directory.database)
    guard movesAside || !isTaken else {
      throw FleetError(
        .conflict, "there is a database at \(directory.database) already",
        hint: "add --move-aside: it is then renamed and kept")
    }
    let now = clock.now()
    let draft = "\(directory.path)/restored-\(UniqueID(from: random)).db"
    defer { Self.remove(draft) }
    let store = try FleetStore.restore(backup, to: draft)
    let fleet = try await store.read { try $0.fleet() }
    guard fleet.id.description == authority.certificate.authorityFleetID else {
      try store.close()
      throw FleetError(
        .precondition, "the backup is of the fleet \(fleet.id), and \(directory.authorityCertificate) of another",
        hint: "put the ca.crt and ca.key of that fleet into \(directory.path)")
    }
    let incarnation = Incarnation(from: random)
    try await store.commit { transaction in
      try transaction.renewIncarnation(incarnation)
      try transaction.settle(at: now, reason: "its database was restored from a backup")
      // A backup settles already, and what it says of tokens may not be what the coordinator wrote.
      try transaction.revokeCopiedTokens(at: now)
      try transaction.appendEvent(
        at: now, kind: .coordinatorRestored, subject: "coordinator", message: "the database is a restored backup")
    }
    try store.close()
    let aside = isTaken ? try directory.moveDatabaseAside(at: now) : nil
    try directory.move(draft, to: directory.database)
    return aside
  }

  private static func remove(_ path: String) {
    for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
  }
}

extension DataDirectory {
  /// Renames the database with its companion files.
  /// - Returns: its new path.
  func moveDatabaseAside(at now: Timestamp) throws(FleetError) -> String {
    let aside = "\(database).before-\(now.description.replacing(":", with: "-"))"
    for suffix in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: database + suffix) {
      try move(database + suffix, to: aside + suffix)
    }
    try move(database, to: aside)
    return aside
  }

  /// Renames a file, if it exists.
  func move(_ file: String, to target: String) throws(FleetError) {
    guard !FileManager.default.fileExists(atPath: target) else {
      throw FleetError(.conflict, "there is a file at \(target) already")
    }
    try AtomicFile.rename(file, to: target)
  }
}
