internal import Fleet

/// Rows of one kind.
struct Listing: Hashable, Sendable {
  /// One column.
  struct Column: Hashable, Sendable {
    let title: String
    /// True if only `-o wide` and `-o csv` show it.
    let isWide: Bool
    /// True for numbers.
    let isRight: Bool
    /// Its name in `-o csv`.
    let key: String
    /// True if only `-o csv` shows it.
    let isForSpreadsheets: Bool

    init(_ title: String, wide: Bool = false, right: Bool = false, csv key: String? = nil) {
      self.title = title
      isWide = wide
      isRight = right
      self.key = key ?? title.lowercased().replacing(" ", with: "_")
      isForSpreadsheets = false
    }

    /// A column that only `-o csv` shows.
    init(csv key: String) {
      title = ""
      isWide = true
      isRight = false
      self.key = key
      isForSpreadsheets = true
    }
  }

  /// One cell.
  struct Cell: Hashable, Sendable, ExpressibleByStringInterpolation {
    let text: String
    let style: TextStyle
    /// The raw value for a spreadsheet, if it differs from the text.
    let raw: OutputValue?

    init(_ text: String, _ style: TextStyle = .plain, raw: OutputValue? = nil) {
      self.text = text
      self.style = style
      self.raw = raw
    }

    /// Memory or disk: `4GiB` for people.
    init(_ size: ByteCount, _ style: TextStyle = .plain) { self.init(size.description, style, raw: .bytes(size)) }

    /// How long ago a moment was, for people.
    init(ageOf moment: Timestamp?, at now: Timestamp) { self.init(Age.text(of: moment, at: now), raw: .time(moment)) }

    init(stringLiteral value: String) { self.init(value) }
  }

  /// One item: its name, its cells, and its full value.
  struct Row: Hashable, Sendable {
    let name: String
    let cells: [Cell]
    let outputValue: OutputValue
  }

  /// The columns, in order.
  let columns: [Column]
  /// The rows, in order.
  let rows: [Row]
  /// The sentence for people if there are no rows.
  let empty: String
}

/// Columns as wide as their widest cell, two spaces apart.
struct Table {
  private let columns: [Listing.Column]
  private let rows: [[Listing.Cell]]

  /// Takes the columns to show.
  init(_ listing: Listing, wide: Bool) {
    let shown = listing.columns.indices.filter { index in
      wide ? !listing.columns[index].isForSpreadsheets : !listing.columns[index].isWide
    }
    columns = shown.map { listing.columns[$0] }
    rows = listing.rows.map { row in
      shown.map { index in
        guard index < row.cells.count, !row.cells[index].text.isEmpty else { return Listing.Cell("-", .faint) }
        return Listing.Cell(row.cells[index].text.terminalSafe, row.cells[index].style)
      }
    }
  }

  /// The lines, each with its newline; empty without rows.
  func text(_ colors: Colors, header: Bool) -> String {
    guard !rows.isEmpty else { return "" }
    let titles = columns.map { Listing.Cell($0.title, .heading) }
    let lines = (header ? [titles] : []) + rows
    let widths = columns.indices.map { index in lines.map { $0[index].text.displayWidth }.max() ?? 0 }
    return lines.map { line(of: $0, widths, colors) + "\n" }.joined()
  }

  private func line(of cells: [Listing.Cell], _ widths: [Int], _ colors: Colors) -> String {
    var result = ""
    for (index, cell) in cells.enumerated() {
      let pad = String(repeating: " ", count: widths[index] - cell.text.displayWidth)
      let text = colors(cell.text, cell.style)
      let isLast = index == cells.count - 1
      result += columns[index].isRight ? pad + text : isLast ? text : text + pad
      if !isLast { result += "  " }
    }
    return result
  }
}

/// One item with everything known about it.
struct Detail: Hashable, Sendable {
  /// One labelled value, a heading or a line.
  enum Line: Hashable, Sendable {
    /// A label and its value.
    case field(String, Listing.Cell)
    /// A heading.
    case section(String)
    /// A line of its own.
    case text(Listing.Cell)
  }

  /// Its name.
  let name: String
  /// The lines for people.
  let lines: [Line]
  /// The full value.
  let outputValue: OutputValue
}
