internal import GRDB

/// All migrations in their order.
enum Schema {
  /// "Roos" in ASCII; SQLite keeps it in the file's header, and so a foreign file is told from ours.
  static let applicationID: Int32 = 0x526F_6F73

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration(Migration1FirstRelease.identifier) { database in
      try database.execute(sql: "PRAGMA application_id = \(applicationID)")
      for statements in Migration1FirstRelease.statements { try database.execute(sql: statements) }
    }
    migrator.registerMigration(SecondSchema.identifier) { database in
      for statements in SecondSchema.statements { try database.execute(sql: statements) }
    }
    migrator.registerMigration(SettlingSchema.identifier) { database in
      for statements in SettlingSchema.statements { try database.execute(sql: statements) }
    }
    migrator.registerMigration(StartPolicySchema.identifier) { database in
      for statements in StartPolicySchema.statements { try database.execute(sql: statements) }
    }
    migrator.registerMigration(PlacementSchema.identifier) { database in
      for statements in PlacementSchema.statements { try database.execute(sql: statements) }
    }
    migrator.registerMigration(PruningSchema.identifier) { database in
      for statements in PruningSchema.statements { try database.execute(sql: statements) }
    }
    migrator.registerMigration(CursorSchema.identifier) { database in
      for statements in CursorSchema.statements { try database.execute(sql: statements) }
    }
    migrator.registerMigration(LeavingSchema.identifier) { database in
      for statements in LeavingSchema.statements { try database.execute(sql: statements) }
    }
    migrator.registerMigration(RevisionSchema.identifier) { database in
      for statements in RevisionSchema.statements { try database.execute(sql: statements) }
    }
    migrator.registerMigration(TombstoneSchema.identifier) { database in
      for statements in TombstoneSchema.statements { try database.execute(sql: statements) }
    }
    migrator.registerMigration(HostileSchema.identifier) { database in
      for statements in HostileSchema.statements { try database.execute(sql: statements) }
    }
    migrator.registerMigration(DocumentsSchema.identifier) { database in
      for statements in DocumentsSchema.statements { try database.execute(sql: statements) }
    }
    migrator.registerMigration(KeysSchema.identifier) { database in
      for statements in KeysSchema.statements { try database.execute(sql: statements) }
    }
    migrator.registerMigration(ToldSchema.identifier) { database in
      for statements in ToldSchema.statements { try database.execute(sql: statements) }
    }
    migrator.registerMigration(AuthoritySchema.identifier) { database in
      for statements in AuthoritySchema.statements { try database.execute(sql: statements) }
    }
    return migrator
  }
}
