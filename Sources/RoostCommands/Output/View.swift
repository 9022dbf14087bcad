/// The output of a command.
enum View: Hashable, Sendable {
  /// Rows of one kind.
  case listing(Listing)
  /// One item.
  case detail(Detail)

  /// The full value.
  var outputValue: OutputValue {
    switch self {
    case .listing(let listing): .list(listing.rows.map(\.outputValue))
    case .detail(let detail): detail.outputValue
    }
  }
}

extension View {
  /// The view in one of the formats, with a final line end unless it is empty.
  func render(as format: OutputFormat, colors: Colors, header: Bool = true) -> String {
    switch format {
    case .table: people(wide: false, colors, header)
    case .wide: people(wide: true, colors, header)
    case .json: outputValue.json() + "\n"
    case .yaml: outputValue.yaml
    case .csv: csv(header)
    case .name: names.map { $0.terminalSafe + "\n" }.joined()
    }
  }

  private var names: [String] {
    switch self {
    case .listing(let listing): listing.rows.map(\.name)
    case .detail(let detail): [detail.name]
    }
  }

  private func people(wide: Bool, _ colors: Colors, _ header: Bool) -> String {
    switch self {
    case .listing(let listing): Table(listing, wide: wide).text(colors, header: header)
    case .detail(let detail): Self.text(of: detail, colors)
    }
  }

  private static func text(of detail: Detail, _ colors: Colors) -> String {
    let width =
      detail.lines.map { line in
        if case .field(let label, _) = line { label.displayWidth } else { 0 }
      }.max() ?? 0
    return detail.lines.map { line in
      switch line {
      case .field(let label, let cell):
        let pad = String(repeating: " ", count: width - label.displayWidth + 2)
        return colors(label, .faint) + pad + colors(cell.text.terminalSafe, cell.style) + "\n"
      case .section(let title): return "\n" + colors(title.terminalSafe, .heading) + "\n"
      case .text(let cell): return "  " + colors(cell.text.terminalSafe, cell.style) + "\n"
      }
    }.joined()
  }

  private func csv(_ header: Bool) -> String {
    let titles: [String]
    let rows: [[String]]
    switch self {
    case .listing(let listing):
      titles = listing.columns.map(\.key)
      rows = listing.rows.map { $0.cells.map { cell in cell.raw.map(Self.plain) ?? cell.text } }
    case .detail(let detail):
      guard case .object(let entries) = detail.outputValue else { return "" }
      let scalars = entries.filter { entry in
        switch entry.value {
        case .list, .object: false
        case .null, .flag, .integer, .number, .text: true
        }
      }
      titles = scalars.map(\.key)
      rows = [scalars.map { Self.plain($0.value) }]
    }
    return ((header ? [titles] : []) + rows).map { $0.map(Self.field).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func plain(_ value: OutputValue) -> String {
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
    let plain = text.terminalSafe
    let isFormula = plain.unicodeScalars.first.map(formulaStarts.contains) ?? false && Double(plain) == nil
    guard isFormula || plain.contains(where: { ",;\"".contains($0) }) else { return plain }
    return "\"" + (isFormula ? "'" : "") + plain.replacing("\"", with: "\"\"") + "\""
  }

  private static let formulaStarts = Set("=+-@\t\r＝＋－＠".unicodeScalars)
}
