internal import ArgumentParser
internal import Fleet
internal import Scheduling

/// How much a plan of moves may do.
struct MoveOptions: ParsableArguments {
  @Option(help: ArgumentHelp("At most so many moves.", valueName: "count"))
  var maxMoves: Int?

  @Option(help: ArgumentHelp("At most so many moves at the same time (default: 4).", valueName: "count"))
  var parallel: Int?

  /// The limits that the flags describe.
  func limits() throws(FleetError) -> MoveLimits {
    var limits = MoveLimits()
    if let maxMoves {
      guard maxMoves >= 0 else { throw .usage("--max-moves is 0 or more") }
      limits.moves = maxMoves
    }
    if let parallel {
      guard parallel > 0 else { throw .usage("--parallel is 1 or more") }
      limits.parallel = parallel
    }
    return limits
  }
}
