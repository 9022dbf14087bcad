internal import Fleet

/// A placement decision as the database keeps it.
struct DecisionDocument: Codable {
  struct Ranked: Codable {
    let host: String
    let score: Double
    let terms: [String: Double]
  }

  struct Refused: Codable {
    let host: String
    let rule: String
    let detail: String
  }

  let ranking: [Ranked]
  let refused: [Refused]
  /// Absent in documents of before hosts could be left out.
  let others: Int?

  init(_ decision: Decision) {
    ranking = decision.ranking.map { Ranked(host: $0.host, score: $0.score, terms: $0.terms) }
    refused = decision.refused.map { Refused(host: $0.host, rule: $0.rule, detail: $0.detail) }
    others = decision.others > 0 ? decision.others : nil
  }

  var value: Decision {
    Decision(
      ranking: ranking.map { Decision.Ranked(host: $0.host, score: $0.score, terms: $0.terms) },
      refused: refused.map { Refusal(host: $0.host, rule: $0.rule, detail: $0.detail) },
      others: others ?? 0)
  }
}
