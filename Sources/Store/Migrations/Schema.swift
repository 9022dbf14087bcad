internal import GRDB

/// One step of the database's schema. A released one is never changed; a later one alters its result.
protocol Migration: SendableMetatype {
  /// The name under which the database records it; it never changes, whatever the type's name.
  static var identifier: String { get }
  /// SQL, carried out in this order in one transaction.
  static var statements: [String] { get }
}

/// All migrations in their order.
enum Schema {
  /// "Roos" in ASCII, in the header of the SQLite file, so that a foreign file is recognised.
  static let applicationID: Int32 = 0x526F_6F73

  private static let migrations: [any Migration.Type] = [
    Migration1FirstRelease.self, Migration2Ledger.self, Migration3Settling.self, Migration4StartPolicy.self,
    Migration5Placement.self, Migration6Pruning.self, Migration7Cursors.self, Migration8Leaving.self,
    Migration9Wire.self, Migration10Tombstones.self, Migration11HostileHosts.self, Migration12Documents.self,
    Migration13Keys.self, Migration14ToldAlarms.self, Migration15Authorities.self,
  ]

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    for migration in migrations {
      migrator.registerMigration(migration.identifier) { database in
        for statements in migration.statements { try database.execute(sql: statements) }
      }
    }
    return migrator
  }
}
