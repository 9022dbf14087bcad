/// Columns as wide as their widest cell, two spaces apart.
struct Table {
  private let columns: [Listing.Column]
  private let rows: [[Listing.Cell]]

  /// Takes the columns to show.
  init(_ listing: Listing, wide: Bool) {
    let shown = listing.columns.indices.filter { wide || !listing.columns[$0].isWide }
    columns = shown.map { listing.columns[$0] }
    rows = listing.rows.map { row in
      shown.map { index in
        guard index < row.cells.count, !row.cells[index].text.isEmpty else { return Listing.Cell("-", .faint) }
        return Listing.Cell(row.cells[index].text.terminalSafe, row.cells[index].tone)
      }
    }
  }

  /// The lines, each with its end; nothing for no rows.
  func text(_ paint: Paint, header: Bool) -> String {
    guard !rows.isEmpty else { return "" }
    let titles = columns.map { Listing.Cell($0.title, .heading) }
    let lines = (header ? [titles] : []) + rows
    let widths = columns.indices.map { index in lines.map { $0[index].text.displayWidth }.max() ?? 0 }
    return lines.map { line(of: $0, widths, paint) + "\n" }.joined()
  }

  private func line(of cells: [Listing.Cell], _ widths: [Int], _ paint: Paint) -> String {
    var result = ""
    for (index, cell) in cells.enumerated() {
      let pad = String(repeating: " ", count: widths[index] - cell.text.displayWidth)
      let text = paint(cell.text, cell.tone)
      let isLast = index == cells.count - 1
      result += columns[index].isRight ? pad + text : isLast ? text : text + pad
      if !isLast { result += "  " }
    }
    return result
  }
}
