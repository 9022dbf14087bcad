import GRDB

@testable import Store

extension FleetStore {
  /// What the writer connection answers to `PRAGMA`s.
  func pragmas(_ names: [String]) async throws -> [String] {
    try await pool.writeWithoutTransaction { database in
      try names.map { try Row.fetchOne(database, sql: "SELECT CAST(\($0) AS TEXT) FROM pragma_\($0)")?[0] ?? "" }
    }
  }
}
