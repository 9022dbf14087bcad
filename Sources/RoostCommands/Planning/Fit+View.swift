internal import Fleet
internal import Scheduling

extension Fit {
  /// The count as JSON has it.
  func tree(elapsedSeconds: Double) -> Tree {
    .object([
      "count": .count(count),
      "per_host": .list(perHost.map { .object(["host": .text($0.host), "count": .count($0.count)]) }),
      "limited_by": .list(limitedBy.map(\.tree)), "survive": .count(survive),
      "elapsed_seconds": .number(elapsedSeconds), "exact": .flag(isExact), "at_most": .count(atMost),
    ])
  }

  /// The count for people: how many, where, and what is in the way.
  func lines(of size: String) -> [Detail.Line] {
    let number = isExact ? "\(count)" : "\(count) surely, \(atMost) at most"
    let losses = survive == 1 ? "with any one host lost" : "with any \(survive) hosts lost"
    let head = Detail.Line.field(
      "\(size) fits", Listing.Cell(survive > 0 ? "\(number), \(losses)" : number, count > 0 ? .good : .bad))
    let refusals = Dictionary(limitedBy.map { ($0.host, $0) }) { first, _ in first }
    return [head]
      + perHost.map { share in
        let why = refusals[share.host].map { "\($0.rule): \($0.detail)" } ?? ""
        return .field("  \(share.host)", Listing.Cell("\(share.count) (\(why))"))
      }
  }
}
