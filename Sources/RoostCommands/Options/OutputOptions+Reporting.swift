internal import Fleet

extension OutputOptions {
  /// Reports an error on standard error, as JSON if data is printed as JSON.
  func report(_ error: FleetError, in world: Surroundings) {
    let report = ErrorReport(error: error)
    world.errors.write(output == .json ? report.json : report.text(paint(for: world.errors, in: world)))
  }

  /// Says that something was done: a sentence for people, the whole value for programs.
  func confirm(_ sentence: String, _ view: @autoclosure () -> View, in world: Surroundings) {
    switch output {
    case .table, .wide: if !quiet { world.output.writeLine(sentence.terminalSafe) }
    case .json, .yaml, .csv, .name: show(view(), in: world)
    }
  }
}
