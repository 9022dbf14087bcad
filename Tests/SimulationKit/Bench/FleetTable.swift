/// The figures of one run, and how they stand to those of an earlier run.
package struct FleetTable: Codable, Hashable, Sendable {
  /// One figure, or why there is none.
  package struct Row: Codable, Hashable, Sendable {
    package var figure: FleetFigure
    package var value: Double?
    /// The processor time of the coordinator, and of the command if it is one, in milliseconds.
    package var cpu: Double?
    /// Why there is no value.
    package var failure: String?

    package init(figure: FleetFigure, value: Double? = nil, cpu: Double? = nil, failure: String? = nil) {
      self.figure = figure
      self.value = value
      self.cpu = cpu
      self.failure = failure
    }
  }

  package var shape: FleetShape
  package private(set) var rows: [Row] = []

  package init(shape: FleetShape) { self.shape = shape }

  /// Adds a value, or replaces it.
  package mutating func put(_ figure: FleetFigure, _ value: Double, cpu: Double? = nil) {
    put(Row(figure: figure, value: value, cpu: cpu))
  }

  /// Adds why there is no value.
  package mutating func fail(_ figure: FleetFigure, _ reason: String) {
    put(Row(figure: figure, failure: reason))
  }

  private mutating func put(_ row: Row) {
    rows.removeAll { $0.figure == row.figure }
    rows.append(row)
  }

  /// The value of a figure; nil if it was not measured or failed.
  package subscript(_ figure: FleetFigure) -> Double? { rows.first { $0.figure == figure }?.value }

  /// The table as a person reads it, in the order of the figures.
  package func text(against earlier: FleetTable?) -> String {
    var lines = [["WHAT", "NOW", "CPU", earlier == nil ? "" : "BEFORE", earlier == nil ? "" : "NOW/BEFORE", "AIM", ""]]
    for figure in FleetFigure.allCases {
      guard let row = rows.first(where: { $0.figure == figure }) else { continue }
      guard let value = row.value else {
        lines.append([figure.title, "fails: \(row.failure ?? "")", "", "", "", "", ""])
        continue
      }
      let before = earlier?[figure]
      let ratio = before.flatMap { $0 > 0 ? FleetFigure.decimal(value / $0, 2) + "×" : nil }
      let missing = earlier == nil ? "" : "-"
      lines.append([
        figure.title, figure.text(value), row.cpu.map(Self.time) ?? "", before.map { figure.text($0) } ?? missing,
        ratio ?? missing,
        figure.aim.map { (figure.growsBetter ? "≥ " : "≤ ") + figure.text($0) } ?? "",
        figure.aim.map { figure.growsBetter ? value >= $0 : value <= $0 }.map { $0 ? "met" : "missed" } ?? "",
      ])
    }
    let widths = (0..<7).map { column in
      lines.filter { !$0[1].hasPrefix("fails") || column == 0 }.map { $0[column].count }.max() ?? 0
    }
    return lines.map { cells in
      let padded = zip(cells, widths).filter { $1 > 0 }.map { cell, width in
        cell + String(repeating: " ", count: max(0, width - cell.count))
      }
      return String(padded.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }

  private static func time(_ milliseconds: Double) -> String {
    milliseconds < 1000
      ? FleetFigure.decimal(milliseconds, 0) + " ms" : FleetFigure.decimal(milliseconds / 1000, 1) + " s"
  }
}
