internal import Fleet
internal import GRDB

/// One step of the database's schema. A released one is never changed; a later one alters its result.
protocol Migration: SendableMetatype {
  /// The name under which the database records it; it never changes, whatever the type's name. Its number orders
  /// nothing (it is 9 since the eighth migration): what counts is the order of the list below.
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
    Migration16VNCDefault.self, Migration17SightedMACs.self,
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

  /// Names the first table, index, trigger or view of a database that differs from what the migrations make; nil if
  /// none does. A foreign trigger would act in our transactions, and a missing one would not refuse what it should.
  static func difference(of database: Database) throws -> String? {
    let blank = try DatabaseQueue()
    try migrator.migrate(blank)
    let (wanted, found) = (try blank.read(definitions), try definitions(of: database))
    for name in Set(wanted.keys).union(found.keys).sorted() where wanted[name] != found[name] {
      let what = "\"\(name.printable.prefix(64))\""
      guard wanted[name] != nil else { return "\(what) is not Roost's" }
      return found[name] == nil ? "\(what) is missing" : "\(what) is another"
    }
    return nil
  }

  /// The SQL of what has any, by name, with white space evened out.
  private static func definitions(of database: Database) throws -> [String: String] {
    let rows = try Row.fetchAll(database, sql: "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return rows.reduce(into: [:]) { definitions, row in
      let (type, name, sql): (String, String, String) = (row["type"], row["name"], row["sql"])
      definitions["\(type) \(name)"] = sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
  }
}
