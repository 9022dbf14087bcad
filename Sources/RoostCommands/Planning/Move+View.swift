internal import ArgumentParser
internal import Fleet
internal import Scheduling

extension Move {
  /// The move as JSON has it.
  var outputValue: OutputValue {
    .object([
      "vm": .text(vm), "from": .text(from), "to": .text(to), "why": .text(why), "gain": .number(gain),
      "wave": .count(wave), "seconds": .number(seconds),
    ])
  }

  /// The move for people.
  var line: Detail.Line {
    // A gain that rounds to nothing is one all the same.
    let gained = (0..<0.001).contains(gain) ? "gain below 0.001" : "gain \(PlacementDecision.short(gain))"
    return .field("  \(wave): \(vm)", Listing.Cell("\(from) → \(to)  \(why) (\(gained))"))
  }
}

extension BalancePlan {
  /// The plan for people and programs.
  func view(elapsedSeconds: Double) -> Detail {
    var lines: [Detail.Line] = [
      .field("moves", Listing.Cell("\(moves.count)")),
      .field("score", Listing.Cell("\(PlacementDecision.short(scoreBefore)) → \(PlacementDecision.short(scoreAfter))")),
    ]
    lines += moves.map(\.line)
    lines += stuck.map { .field("  \($0.host)", Listing.Cell("\($0.rule): \($0.detail)", .caution)) }
    return Detail(
      name: "", lines: lines,
      outputValue: .object([
        "moves": .list(moves.map(\.outputValue)), "score_before": .number(scoreBefore),
        "score_after": .number(scoreAfter),
        "elapsed_seconds": .number(elapsedSeconds), "stuck": OutputValue(stuck),
      ]))
  }
}

extension DrainPlan {
  /// The plan for people and programs.
  var view: Detail {
    let lines = verdicts.flatMap { verdict -> [Detail.Line] in
      let why = verdict.why.isEmpty ? "" : " (\(verdict.why))"
      let cell =
        verdict.target.map { Listing.Cell("goes to \($0)\(why)", .good) } ?? Listing.Cell("stays\(why)", .bad)
      return [.field(verdict.vm, cell)]
        + verdict.refused.map { .field("  \($0.host)", Listing.Cell("\($0.rule): \($0.detail)", .caution)) }
    }
    return Detail(
      name: host, lines: lines.isEmpty ? [.text(Listing.Cell("\(host) has no VM"))] : lines,
      outputValue: .object([
        "host": .text(host), "complete": .flag(isComplete),
        "vms": .list(
          verdicts.map { verdict in
            .object([
              "vm": .text(verdict.vm), "to": verdict.target.map { .text($0) } ?? .null, "live": .flag(verdict.isLive),
              "why": .text(verdict.why), "refused": OutputValue(verdict.refused),
            ])
          }), "moves": .list(moves.map(\.outputValue)),
      ]))
  }
}

/// The limits of a plan of moves.
struct MoveOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The most moves.", valueName: "count"))
  var maxMoves: Int?

  @Option(help: ArgumentHelp("The most moves at the same time (default: 4).", valueName: "count"))
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
