internal import ArgumentParser
internal import Fleet

/// How to print data.
struct OutputOptions: ParsableArguments {
  @Option(name: [.customShort("o"), .long], help: "The format of the data.")
  var output: OutputFormat = .table

  @Flag(name: [.customShort("q"), .long], help: "Say only what was asked for.")
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
    let colors = colors(for: environment.output, in: environment)
    if case .listing(let listing) = view, output == .table, environment.output.isTerminal {
      let fitted = Table(listing, wide: false).fitted(to: environment.output.columns)
      environment.output.write(fitted.table.text(colors, header: !quiet))
      if let note = fitted.note, !quiet { environment.note(note) }
    } else {
      environment.output.write(view.render(as: output, colors: colors, header: !quiet))
    }
    if case .listing(let listing) = view, listing.rows.isEmpty, output == .table || output == .wide, !quiet {
      environment.errors.writeLine(listing.empty)
    }
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
}
