/// Turns a listing that comes in parts into text, so that the first rows are there before the last are known.
///
/// Every format but the table gives the same text as the whole listing at once. A table's columns are as wide as the
/// first part needs and become wider where a later part needs more.
struct ListingText {
  private let format: OutputFormat
  private let colors: Colors
  private let header: Bool
  private let terminal: Int?
  private var widths: [Int] = []
  private var first: Table?
  private var isBegun = false
  /// How many rows there were so far.
  private(set) var rows = 0
  /// What a person is told of a table that does not fit the terminal.
  private(set) var note: String?

  /// Begins a listing.
  /// - Parameter terminal: the width that a table is to fit; nil for any.
  init(as format: OutputFormat, _ colors: Colors, header: Bool, terminal: Int? = nil) {
    self.format = format
    self.colors = colors
    self.header = header
    self.terminal = format == .table ? terminal : nil
  }

  /// The text of the next rows; all parts have the same columns.
  mutating func part(_ listing: Listing) -> String {
    defer {
      rows += listing.rows.count
      isBegun = true
    }
    switch format {
    case .table, .wide: return table(listing)
    case .json:
      var text = JSONText()
      for (index, row) in listing.rows.enumerated() {
        text.add(rows == 0 && index == 0 ? "[\n  " : ",\n  ")
        text.add(row.outputValue, indent: 1)
      }
      return text.string
    case .yaml: return listing.rows.isEmpty ? "" : OutputValue.list(listing.rows.map(\.outputValue)).yaml
    case .csv:
      let lines = listing.rows.map { row in row.cells.map { cell in cell.raw.map(CSV.plain) ?? cell.text } }
      return CSV.text((header && !isBegun ? [listing.columns.map(\.key)] : []) + lines)
    case .name: return listing.rows.map { $0.name.terminalSafe + "\n" }.joined()
    }
  }

  /// The text behind the last part.
  func end() -> String {
    switch format {
    case .json: rows == 0 ? "[]\n" : "\n]\n"
    case .yaml: rows == 0 ? OutputValue.list([]).yaml : ""
    case .table, .wide, .csv, .name: ""
    }
  }

  private mutating func table(_ listing: Listing) -> String {
    let table = Table(listing, wide: format == .wide)
    guard let terminal else { return table.text(colors, header: header && rows == 0, widths: &widths) }
    guard let first else {
      guard !listing.rows.isEmpty else { return "" }
      let fitted = table.fitted(to: terminal)
      (first, note) = (fitted.table, fitted.note)
      return fitted.table.text(colors, header: header, widths: &widths)
    }
    let next = table.following(first, in: terminal)
    var own: [Int] = []
    let alone = next.text(colors, header: false, widths: &own)
    // Wider than before if the terminal has room, else as this part fits.
    let together = zip(widths, own).map { max($0, $1) }
    guard together.reduce(-2, { $0 + $1 + 2 }) <= terminal else { return alone }
    return next.text(colors, header: false, widths: &widths)
  }
}

/// Comma-separated values (RFC 4180).
enum CSV {
  /// Lines of fields.
  static func text(_ lines: [[String]]) -> String {
    lines.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
  }

  /// A value as a spreadsheet takes it.
  static func plain(_ value: OutputValue) -> String {
    switch value {
    case .text(let text): text
    case .null: ""
    case .flag, .integer, .number, .list, .object: value.scalarJSON
    }
  }

  /// One field. A text that a spreadsheet would take for a formula gets an apostrophe before it; a number does not.
  ///
  /// Corresponds to https://owasp.org/www-community/attacks/CSV_Injection
  private static func field(_ text: String) -> String {
    let safe = text.terminalSafe
    let isFormula = safe.unicodeScalars.first.map(formulaStarts.contains) ?? false && Double(safe) == nil
    guard isFormula || safe.contains(where: { ",;\"".contains($0) }) else { return safe }
    return "\"" + (isFormula ? "'" : "") + safe.replacing("\"", with: "\"\"") + "\""
  }

  private static let formulaStarts = Set("=+-@\t\r＝＋－＠".unicodeScalars)
}
