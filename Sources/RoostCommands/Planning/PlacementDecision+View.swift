internal import Fleet

extension PlacementDecision {
  /// The decision as JSON has it: its own keys behind the host that it comes to, `{host, score, ranking, refused}`.
  var outputValue: OutputValue {
    OutputValue.object(["host": host.map { .text($0) } ?? .null, "score": .optional(score)]).adding(OutputValue(self))
  }

  /// The decision with every host's reasons.
  func view(of vm: String) -> Detail {
    var lines: [Detail.Line] = []
    if let host {
      lines.append(.field("\(vm) goes to", Listing.Cell(host, .good)))
    } else {
      lines.append(.field("\(vm) fits", Listing.Cell("nowhere", .bad)))
    }
    lines += reasons
    return Detail(name: host ?? "", lines: lines, outputValue: outputValue)
  }

  /// A line for each host: its score and terms, or the rule that refused it.
  var reasons: [Detail.Line] {
    let ranked = ranking.map { entry in
      let terms = entry.terms.sorted { $0.key < $1.key }.map { "\($0.key) \(Self.short($0.value))" }
      let list = terms.isEmpty ? "" : " (\(terms.joined(separator: ", ")))"
      return Detail.Line.field("  \(entry.host)", Listing.Cell("score \(Self.short(entry.score))\(list)"))
    }
    let refused = refused.map { refusal in
      Detail.Line.field("  \(refusal.host)", Listing.Cell("\(refusal.rule): \(refusal.detail)", .caution))
    }
    let rest = others > 0 ? [Detail.Line.text(Listing.Cell("and \(others) other hosts"))] : []
    return ranked + refused + rest
  }

  /// A number with at most three decimals.
  static func short(_ number: Double) -> String {
    guard number.isFinite, abs(number) < 1e12 else { return "\(number)" }
    let thousandths = Int64((number * 1000).rounded())
    let sign = thousandths < 0 ? "-" : ""
    let fraction = String(abs(thousandths) % 1000 + 1000).dropFirst()
    let digits = fraction.reversed().drop { $0 == "0" }.reversed()
    return "\(sign)\(abs(thousandths) / 1000)" + (digits.isEmpty ? "" : ".\(String(digits))")
  }
}
