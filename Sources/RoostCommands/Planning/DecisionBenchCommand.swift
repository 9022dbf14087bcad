internal import ArgumentParser
internal import Fleet

/// `roost bench-decisions`, for `deploy/bench-decisions`.
struct DecisionBenchCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "bench-decisions", abstract: "Measure what decisions cost here.", shouldDisplay: false)

  @OptionGroup var output: OutputOptions

  func run(in environment: CommandEnvironment) async throws {
    let figures = DecisionBenchmark(clock: environment.clock).all()
    let columns: [Listing.Column] = [
      .init("DECISION"), .init("HOSTS", right: true), .init("VMS", right: true), .init("MILLISECONDS", right: true),
      .init("RESULT"),
    ]
    let rows = figures.map { figure in
      Listing.Row(
        name: figure.name,
        cells: [
          Listing.Cell(figure.name), Listing.Cell("\(figure.hosts)"), Listing.Cell("\(figure.vms)"),
          Listing.Cell(PlacementDecision.short(figure.milliseconds)), Listing.Cell(figure.result),
        ],
        outputValue: .object([
          "decision": .text(figure.name), "hosts": .count(figure.hosts), "vms": .count(figure.vms),
          "milliseconds": .number(figure.milliseconds), "result": .text(figure.result),
        ]))
    }
    output.show(.listing(Listing(columns: columns, rows: rows, empty: "")), in: environment)
  }
}
