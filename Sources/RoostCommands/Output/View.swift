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
    switch self {
    case .listing(let listing):
      var text = ListingText(as: format, colors, header: header)
      return text.part(listing) + text.end()
    case .detail(let detail):
      return switch format {
      case .table, .wide: Self.text(of: detail, colors)
      case .json: detail.outputValue.json() + "\n"
      case .yaml: detail.outputValue.yaml
      case .csv: Self.csv(detail, header)
      case .name: detail.name.terminalSafe + "\n"
      }
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

  private static func csv(_ detail: Detail, _ header: Bool) -> String {
    guard case .object(let entries) = detail.outputValue else { return "" }
    let scalars = entries.filter { entry in
      switch entry.value {
      case .list, .object: false
      case .null, .flag, .integer, .number, .text: true
      }
    }
    return CSV.text((header ? [scalars.map(\.key)] : []) + [scalars.map { CSV.plain($0.value) }])
  }
}
