/// Columns as wide as their widest cell, two spaces apart.
struct Table {
  private var columns: [Listing.Column]
  private var rows: [[Listing.Cell]]

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
    var widths: [Int] = []
    return text(colors, header: header, widths: &widths)
  }

  /// The same as a part of a longer table.
  /// - Parameter widths: the columns' widths in the lines before; they grow to what these lines need.
  func text(_ colors: Colors, header: Bool, widths: inout [Int]) -> String {
    guard !rows.isEmpty else { return "" }
    let titles = columns.map { Listing.Cell($0.title, .heading) }
    let lines = (header ? [titles] : []) + rows
    widths = columns.indices.map { index in
      let before = index < widths.count ? widths[index] : 0
      return lines.reduce(before) { max($0, $1[index].text.displayWidth) }
    }
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

extension Table {
  /// How narrow a text is cut when no column can go any more.
  private static let leastText = 8

  /// The table for a terminal of so many columns: texts are cut with "…", the least important columns are left out.
  /// - Returns: the table, and what a person is told of it; nil if nothing is missing.
  func fitted(to terminal: Int) -> (table: Table, note: String?) {
    guard !rows.isEmpty, width > terminal else { return (self, nil) }
    var table = self
    table.shortenIDs()
    var left: [String] = []
    while table.leastWidth > terminal, let index = table.nextToGo() { left.append(table.remove(index)) }
    table.cut(to: terminal, least: \.cut)
    table.cut(to: terminal) { $0.cut == nil ? nil : Self.leastText }
    while table.width > terminal, table.columns.count > 1 { left.append(table.remove(table.columns.count - 1)) }
    let without = left.isEmpty ? "" : " and has no \(left.joined(separator: ", "))"
    return (table, "the table is cut to \(terminal) columns\(without); all of it: -o wide")
  }

  /// The table as the next part of one that was fitted: with its columns, texts cut as need be.
  func following(_ first: Table, in terminal: Int) -> Table {
    var table = self
    for index in columns.indices.reversed() where !first.columns.contains(columns[index]) { _ = table.remove(index) }
    guard table.width > terminal else { return table }
    table.shortenIDs()
    table.cut(to: terminal, least: \.cut)
    table.cut(to: terminal) { $0.cut == nil ? nil : Self.leastText }
    return table
  }

  private func width(of index: Int) -> Int {
    max(columns[index].title.displayWidth, rows.map { $0[index].text.displayWidth }.max() ?? 0)
  }

  private var width: Int { columns.indices.map { width(of: $0) + 2 }.reduce(0, +) - 2 }

  /// How narrow it can be with all its columns.
  private var leastWidth: Int {
    columns.indices.map { index in
      let width = width(of: index)
      return min(width, max(columns[index].cut ?? width, columns[index].title.displayWidth)) + 2
    }.reduce(0, +) - 2
  }

  private mutating func shortenIDs() {
    for index in columns.indices where columns[index].isID {
      for row in rows.indices {
        rows[row][index] = Listing.Cell(String(rows[row][index].text.prefix(8)), rows[row][index].style)
      }
    }
  }

  /// The least important column that may go.
  private func nextToGo() -> Int? {
    columns.indices.filter { columns[$0].drop > 0 }.max { columns[$0].drop < columns[$1].drop }
  }

  private mutating func remove(_ index: Int) -> String {
    for row in rows.indices { rows[row].remove(at: index) }
    return columns.remove(at: index).title
  }

  /// Cuts the widest texts until the table fits, none narrower than `least` says.
  private mutating func cut(to terminal: Int, least: (Listing.Column) -> Int?) {
    var widths = columns.indices.map { width(of: $0) }
    var excess = widths.reduce(0) { $0 + $1 + 2 } - 2 - terminal
    let floors = columns.map { column in least(column).map { max($0, column.title.displayWidth) } }
    while excess > 0 {
      let candidates = widths.indices.filter { index in floors[index].map { widths[index] > $0 } ?? false }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    for index in columns.indices where widths[index] < width(of: index) {
      for row in rows.indices {
        rows[row][index] = Listing.Cell(rows[row][index].text.cut(to: widths[index]), rows[row][index].style)
      }
    }
  }
}

extension String {
  /// The text in so many columns, with "…" where it is cut.
  func cut(to columns: Int) -> String {
    guard displayWidth > columns else { return self }
    var result = ""
    var width = 0
    for character in self {
      let next = String(character).displayWidth
      guard width + next < columns else { break }
      result.append(character)
      width += next
    }
    return result + "…"
  }
}
