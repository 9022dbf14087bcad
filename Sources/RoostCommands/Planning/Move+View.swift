internal import Fleet
internal import Scheduling

extension Move {
  /// The move as JSON has it.
  var tree: Tree {
    .object([
      "vm": .text(vm), "from": .text(from), "to": .text(to), "why": .text(why), "gain": .number(gain),
      "wave": .count(wave), "seconds": .number(seconds),
    ])
  }

  /// The move for people.
  var line: Detail.Line {
    .field("  \(wave): \(vm)", Listing.Cell("\(from) → \(to)  \(why) (gain \(Decision.short(gain)))"))
  }
}

extension BalancePlan {
  /// The plan for people and programs.
  func view(elapsedSeconds: Double) -> Detail {
    var lines: [Detail.Line] = [
      .field("moves", Listing.Cell("\(moves.count)")),
      .field("score", Listing.Cell("\(Decision.short(scoreBefore)) → \(Decision.short(scoreAfter))")),
    ]
    lines += moves.map(\.line)
    lines += stuck.map { .field("  \($0.host)", Listing.Cell("\($0.rule): \($0.detail)", .caution)) }
    return Detail(
      name: "", lines: lines,
      tree: .object([
        "moves": .list(moves.map(\.tree)), "score_before": .number(scoreBefore), "score_after": .number(scoreAfter),
        "elapsed_seconds": .number(elapsedSeconds), "stuck": .list(stuck.map(\.tree)),
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
      tree: .object([
        "host": .text(host), "complete": .flag(isComplete),
        "vms": .list(
          verdicts.map { verdict in
            .object([
              "vm": .text(verdict.vm), "to": verdict.target.map { .text($0) } ?? .null, "live": .flag(verdict.isLive),
              "why": .text(verdict.why), "refused": .list(verdict.refused.map(\.tree)),
            ])
          }), "moves": .list(moves.map(\.tree)),
      ]))
  }
}
