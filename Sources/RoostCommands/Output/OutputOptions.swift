internal import ArgumentParser
internal import Fleet

/// How to print data.
struct OutputOptions: ParsableArguments {
  @Option(name: [.customShort("o"), .long], help: "The format of the data.")
  var output: OutputFormat = .table

  @Flag(name: [.customShort("q"), .long], help: "Print only the data.")
  var quiet = false

  @Flag(name: .long, help: "Print without colours; NO_COLOR does the same.")
  var noColor = false

  /// Colours for a sink.
  func colors(for sink: any TextSink, in environment: CommandEnvironment) -> Colors {
    let isWanted =
      !noColor && (environment.variables["NO_COLOR"] ?? "").isEmpty && environment.variables["TERM"] != "dumb"
    return Colors(isOn: sink.isTerminal && isWanted)
  }

  /// Prints a view in the requested format. A table fits its terminal; a note names what is left out.
  func show(_ view: View, in environment: CommandEnvironment) {
    switch view {
    case .listing(let listing):
      var printer = ListingPrinter(self, in: environment)
      printer.show(listing)
      printer.end()
    case .detail:
      let colors = colors(for: environment.output, in: environment)
      environment.output.write(view.render(as: output, colors: colors, header: !quiet))
    }
  }
}

extension OutputOptions {
  /// Prints a listing that comes in pages, as they come.
  /// - Parameter limit: the most rows; nil for all.
  func show<Page: Sendable>(
    in environment: CommandEnvironment, of fleet: FleetClient, limit: Int? = nil,
    _ call: @escaping FleetClient.ListingCall<Page>, listing: @Sendable @escaping (Page) throws -> Listing
  ) async throws {
    var printer = try await fleet.pages(into: ListingPrinter(self, in: environment, limit: limit), call) {
      printer, page in
      printer.show(try listing(page))
      return printer.wantsMore
    }
    printer.end()
  }
}

/// Prints a listing part by part.
struct ListingPrinter {
  private let environment: CommandEnvironment
  private let isForPeople: Bool
  private var text: ListingText
  private var empty = ""
  private let limit: Int

  /// Begins a listing.
  /// - Parameter limit: the most rows; nil for all.
  init(_ options: OutputOptions, in environment: CommandEnvironment, limit: Int? = nil) {
    self.environment = environment
    self.limit = limit ?? .max
    isForPeople = (options.output == .table || options.output == .wide) && !options.quiet
    text = ListingText(
      as: options.output, options.colors(for: environment.output, in: environment), header: !options.quiet,
      terminal: environment.output.isTerminal ? environment.output.columns : nil)
  }

  /// Prints the next rows.
  mutating func show(_ part: Listing) {
    environment.output.write(text.part(part.prefix(limit - text.rows)))
    empty = part.empty
  }

  /// False once nobody reads, or the last row is printed.
  var wantsMore: Bool { environment.output.isOpen && text.rows < limit }

  /// Ends the listing; tells a person if it has no rows, or not all columns.
  mutating func end() {
    environment.output.write(text.end())
    guard isForPeople else { return }
    if let note = text.note { environment.note(note) }
    if text.rows == 0 { environment.errors.writeLine(empty) }
  }
}

extension OutputOptions {
  /// Reports an error on standard error, as JSON if data is printed as JSON.
  func report(_ error: FleetError, in environment: CommandEnvironment) {
    let report = ErrorReport(error: error)
    environment.errors.write(
      output == .json ? report.json : report.text(colors(for: environment.errors, in: environment)))
  }

  /// Reports success: a sentence for people, the full value for programs.
  func confirm(_ sentence: String, _ view: @autoclosure () -> View, in environment: CommandEnvironment) {
    switch output {
    case .table, .wide: if !quiet { environment.output.writeLine(sentence.terminalSafe) }
    case .json, .yaml, .csv, .name: show(view(), in: environment)
    }
  }
}

/// The format of a command's data.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// Columns for people.
  case table
  /// As table, with every column.
  case wide
  /// JSON.
  case json
  /// YAML.
  case yaml
  /// Comma-separated values (RFC 4180) with a header.
  case csv
  /// Names alone, one a line.
  case name

  /// True if rows are printed as cells.
  var hasCells: Bool {
    switch self {
    case .table, .wide, .csv: true
    case .json, .yaml, .name: false
    }
  }

  /// True if rows are printed as values.
  var hasValues: Bool { self == .json || self == .yaml }
}
