internal import Fleet
internal import GRDB

/// One atomic change of the fleet.
///
/// It reads what it has written so far. It is valid only inside the closure that received it. A method that throws has
/// changed nothing, and the transaction may continue; an error that leaves the closure rolls everything back. Codes:
/// `conflict` for what exists already, `noHostFits` for what would overcommit a host, `notFound`, `precondition`,
/// `invalid` for what the schema refuses, `internal` for a failing database.
package final class FleetTransaction: FleetSnapshotReader {
  /// The columns of a row with their values.
  typealias Columns = KeyValuePairs<String, (any DatabaseValueConvertible)?>

  /// The followed rows that it has changed.
  var touched = TouchedRows()
  /// The events that it has appended.
  var events: [FleetEvent] = []

  /// The requester of the change; every event, operation, request and token that it writes names it.
  package let actor: String

  init(_ database: Database, actor: String) {
    self.actor = actor.withoutNUL
    super.init(database)
  }

  /// Inserts a row; `subject` names it in errors.
  func insert(into table: String, _ columns: Columns, about subject: String) throws(FleetError) {
    let names = columns.map(\.key).joined(separator: ", ")
    let marks = columns.map { _ in "?" }.joined(separator: ", ")
    try change(
      "INSERT INTO \(table) (\(names)) VALUES (\(marks))", columns.map(\.value), about: subject,
      key: columns.first { $0.key == "id" }?.value as? String)
  }

  /// Updates the rows where `key` has a value.
  /// - Returns: how many there were.
  @discardableResult
  func update(
    _ table: String, _ columns: Columns, where key: String, is value: any DatabaseValueConvertible,
    about subject: String
  ) throws(FleetError) -> Int {
    let settings = columns.map { "\($0.key) = ?" }.joined(separator: ", ")
    return try change(
      "UPDATE \(table) SET \(settings) WHERE \(key) = ?", columns.map(\.value) + [value], about: subject,
      key: key == "id" ? value as? String : nil)
  }

  /// Runs a statement.
  /// - Parameter key: the id of the one row of `hosts` or `vms` that it changes; without it, any may have changed.
  /// - Returns: how many rows it changed.
  @discardableResult
  func change(
    _ sql: String, _ arguments: [(any DatabaseValueConvertible)?] = [], about subject: String, key: String? = nil
  ) throws(FleetError) -> Int {
    touched.note(sql, key: key)
    // SQLite takes text up to the first NUL, so a text with one would come back shorter than it was.
    for case let text as String in arguments where text.utf8.contains(0) {
      throw FleetError(.invalid, "\(subject) has a text with a NUL character: \"\(text.printable)\"")
    }
    do {
      let statement = try database.cachedStatement(sql: sql)
      try statement.execute(arguments: StatementArguments(arguments))
      return database.changesCount
    } catch {
      throw FleetError(error, about: subject)
    }
  }

  /// Runs several statements; if `body` throws and the transaction continues, none of them takes effect.
  func atomically(about subject: String, _ body: () throws(FleetError) -> Void) throws(FleetError) {
    do {
      try database.inSavepoint {
        try body()
        return .commit
      }
    } catch {
      throw FleetError(error, about: subject)
    }
  }
}

extension String {
  /// The text with NUL characters replaced, for sentences that come from outside and must not stop a change.
  var withoutNUL: String {
    utf8.contains(0) ? String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 })) : self
  }
}
