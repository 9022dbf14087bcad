internal import Fleet
internal import GRDB

extension FleetError {
  /// Translates any error of a statement or transaction; `subject` names what it concerned, such as `VM "web-1"`. A
  /// ``FleetError`` passes through unchanged.
  init(_ error: any Error, about subject: String) {
    switch error {
    case let error as FleetError: self = error
    case let error as DatabaseError: self.init(database: error, about: subject)
    default: self.init(.internal, "\(subject) can't be kept: \(String(describing: error).printable)")
    }
  }

  /// Uses only SQLite's result code, and for a trigger its ``SchemaViolation``.
  private init(database error: DatabaseError, about subject: String) {
    let text = (error.message ?? "no more is known").printable
    switch error.extendedResultCode {
    case .SQLITE_CONSTRAINT_TRIGGER:
      self =
        SchemaViolation(rawValue: error.message ?? "")?.refusal(about: subject)
        ?? FleetError(.internal, "\(subject) breaks a rule of the database: \(text)")
    case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID:
      self.init(.conflict, "\(subject) is there already (\(text))")
    case .SQLITE_CONSTRAINT_FOREIGNKEY:
      self.init(.precondition, "\(subject) needs what is not there, or is still needed (\(text))")
    case .SQLITE_CONSTRAINT_CHECK, .SQLITE_CONSTRAINT_NOTNULL, .SQLITE_CONSTRAINT_DATATYPE:
      self.init(.invalid, "\(subject) is out of range (\(text))")
    default: self.init(failure: error, about: subject, text: text)
    }
  }

  private init(failure error: DatabaseError, about subject: String, text: String) {
    switch error.resultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self = .damaged(text)
    case .SQLITE_FULL:
      self.init(
        .internal, "\(subject) can't be kept: the disk of the database is full",
        hint: "make room on it", retryable: true)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        .internal, "\(subject) can't be kept: another process holds the database",
        hint: "end whatever else has the coordinator's database open", retryable: true)
    case .SQLITE_READONLY, .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_PERM:
      self.init(
        .internal, "\(subject) can't be kept: the database can't be read or written (\(text))",
        hint: "check the coordinator's data directory, its owner and its disk")
    case .SQLITE_MISUSE:
      self.init(.internal, "\(subject) can't be kept: the database is closed (\(text))")
    case .SQLITE_TOOBIG: self.init(.invalid, "\(subject) is too large to be kept")
    default: self.init(.internal, "\(subject) can't be kept: \(text)")
    }
  }

  /// The error for a damaged file.
  static func damaged(_ what: String) -> FleetError {
    FleetError(
      .internal, "the coordinator's database is damaged: \(what)",
      hint: "nothing was written to it; copy the data directory aside, then put the last backup in its place")
  }

  /// The error for a value that this version does not know or that was never valid.
  static func unreadable(_ column: String, of table: String, _ why: String) -> FleetError {
    FleetError(
      .internal, "the database holds a \(column) of \(table) that can't be read: \(why.printable)",
      hint: "was it written by a newer version of Roost?")
  }
}
