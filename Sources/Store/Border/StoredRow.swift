internal import Fleet
internal import Foundation
internal import GRDB

/// One row of a result, read without trapping: a value of the wrong type or form throws ``FleetError``.
struct StoredRow {
  /// Its values, in the order of the columns.
  let values: [DatabaseValue]
  /// The position of each column, shared by the rows of a result.
  let columns: [String: Int]
  /// The table's name, for errors.
  let table: String

  private func storage(_ column: String) throws(FleetError) -> DatabaseValue.Storage {
    guard let position = columns[column] else { throw .unreadable(column, of: table, "there is no such column") }
    return values[position].storage
  }

  func integerIfAny(_ column: String) throws(FleetError) -> Int64? {
    switch try storage(column) {
    case .null: return nil
    case .int64(let value): return value
    case .double, .string, .blob: throw .unreadable(column, of: table, "it is not an integer")
    }
  }

  func realIfAny(_ column: String) throws(FleetError) -> Double? {
    switch try storage(column) {
    case .null: return nil
    case .int64(let value): return Double(value)
    case .double(let value): return value
    case .string, .blob: throw .unreadable(column, of: table, "it is not a number")
    }
  }

  func textIfAny(_ column: String) throws(FleetError) -> String? {
    switch try storage(column) {
    case .null: return nil
    case .string(let value): return value
    case .int64, .double, .blob: throw .unreadable(column, of: table, "it is not a text")
    }
  }

  func bytes(_ column: String) throws(FleetError) -> [UInt8] {
    guard case .blob(let data) = try storage(column) else {
      throw .unreadable(column, of: table, "it is not a sequence of bytes")
    }
    return [UInt8](data)
  }

  func integer(_ column: String) throws(FleetError) -> Int64 { try present(integerIfAny(column), column) }
  func text(_ column: String) throws(FleetError) -> String { try present(textIfAny(column), column) }
  func flag(_ column: String) throws(FleetError) -> Bool { try integer(column) != 0 }

  private func present<Value>(_ value: Value?, _ column: String) throws(FleetError) -> Value {
    guard let value else { throw .unreadable(column, of: table, "it is missing") }
    return value
  }
}

extension StoredRow {
  func small(_ column: String) throws(FleetError) -> Int {
    guard let value = Int(exactly: try integer(column)) else {
      throw .unreadable(column, of: table, "it is too large")
    }
    return value
  }

  func idIfAny<Subject>(_ column: String, _: Subject.Type = Subject.self) throws(FleetError) -> ID<Subject>? {
    guard let text = try textIfAny(column) else { return nil }
    guard let id = ID<Subject>(text) else { throw .unreadable(column, of: table, "\"\(text)\" is not a UUID") }
    return id
  }

  func id<Subject>(_ column: String, _: Subject.Type = Subject.self) throws(FleetError) -> ID<Subject> {
    try present(idIfAny(column, Subject.self), column)
  }

  func memory(_ column: String) throws(FleetError) -> ByteCount { ByteCount(bytes: try integer(column)) }

  func time(_ column: String) throws(FleetError) -> Timestamp { Timestamp(milliseconds: try integer(column)) }

  func timeIfAny(_ column: String) throws(FleetError) -> Timestamp? {
    try integerIfAny(column).map { Timestamp(milliseconds: $0) }
  }

  /// A word of a closed set.
  func word<Word: RawRepresentable<String>>(_ column: String) throws(FleetError) -> Word {
    let text = try text(column)
    guard let word = Word(rawValue: text) else { throw .unreadable(column, of: table, "\"\(text)\" is not known") }
    return word
  }

  func jsonIfAny<Value: Decodable>(_ column: String) throws(FleetError) -> Value? {
    guard let text = try textIfAny(column) else { return nil }
    do { return try JSONText.decode(Value.self, from: text) } catch {
      throw .unreadable(column, of: table, (error as? DecodingError)?.sentence ?? String(describing: error))
    }
  }

  func json<Value: Decodable>(_ column: String) throws(FleetError) -> Value {
    try present(jsonIfAny(column), column)
  }
}
