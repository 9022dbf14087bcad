internal import ArgumentParser

/// How data is printed.
struct OutputOptions: ParsableArguments {
  @Option(name: [.customShort("o"), .long], help: "The format of the data.")
  var output: OutputFormat = .table

  @Flag(name: [.customShort("q"), .long], help: "Say only what was asked for.")
  var quiet = false

  @Flag(name: .long, help: "Print without colours; NO_COLOR does the same.")
  var noColor = false

  /// Colours for a sink.
  func paint(for sink: any TextSink, in world: Surroundings) -> Paint {
    let isWanted = !noColor && (world.environment["NO_COLOR"] ?? "").isEmpty && world.environment["TERM"] != "dumb"
    return Paint(isOn: sink.isTerminal && isWanted)
  }

  /// Prints a view in the format that was asked for.
  func show(_ view: View, in world: Surroundings) {
    world.output.write(view.render(as: output, paint: paint(for: world.output, in: world), header: !quiet))
    if case .listing(let listing) = view, listing.rows.isEmpty, output == .table || output == .wide, !quiet {
      world.errors.writeLine(listing.empty)
    }
  }
}
