internal import ArgumentParser

/// One command of `roost`: parsed first, then run in its surroundings.
protocol Verb: ParsableCommand {
  /// Does what was asked for.
  /// - Throws: ``FleetError`` with what went wrong, or ``Ended`` when all has been said.
  func run(in world: Surroundings) async throws
}
