internal import Fleet
internal import GRDB

/// Reads the fleet at one moment: one method for each question, all answers from the same snapshot.
///
/// It is valid only inside the closure that received it. Every method throws ``FleetError`` with code `internal` if the
/// database can't be read or has a value that this version does not know.
package class FleetSnapshotReader {
  let database: Database

  init(_ database: Database) {
    self.database = database
  }

  /// The rows of a query; `table` names them in errors.
  func rows(
    of table: String, _ sql: String, _ arguments: [(any DatabaseValueConvertible)?] = []
  ) throws(FleetError) -> [StoredRow] {
    do {
      let statement = try database.cachedStatement(sql: sql)
      // GRDB's own search for a column lower-cases its name each time, which took half the time of a long list.
      let columns = Dictionary(
        zip(statement.columnNames, 0...), uniquingKeysWith: { first, _ in first })
      let cursor = try Row.fetchCursor(statement, arguments: StatementArguments(arguments))
      return try Array(cursor.map { StoredRow(values: Array($0.databaseValues), columns: columns, table: table) })
    } catch {
      throw FleetError(error, about: table)
    }
  }

  /// The integers of a query of one column, without the cost of rows.
  func integers(
    of table: String, _ sql: String, _ arguments: [(any DatabaseValueConvertible)?] = []
  ) throws(FleetError) -> [Int64] {
    do {
      return try Int64.fetchAll(database.cachedStatement(sql: sql), arguments: StatementArguments(arguments))
    } catch {
      throw FleetError(error, about: table)
    }
  }

  /// The first row of a query, or nil without one.
  func row(
    of table: String, _ sql: String, _ arguments: [(any DatabaseValueConvertible)?] = []
  ) throws(FleetError) -> StoredRow? {
    try rows(of: table, sql, arguments).first
  }
}

extension Array {
  /// Like `map`, with the error's type kept.
  func reading<Value>(_ read: (Element) throws(FleetError) -> Value) throws(FleetError) -> [Value] {
    var result: [Value] = []
    result.reserveCapacity(count)
    for element in self { result.append(try read(element)) }
    return result
  }
}
