/// A placement decision with its reasons; the commands and the tests print this value.
package struct PlacementDecision: Hashable, Sendable {
  /// One host that the VM could run on.
  package struct Ranked: Hashable, Sendable, Codable {
    /// The host's name.
    package var host: String
    /// The sum of the terms; higher is better.
    package var score: Double
    /// Each scorer's weighted contribution, by its name.
    package var terms: [String: Double]

    private enum CodingKeys: String, CodingKey { case host, score, terms }

    /// Makes a ranked host.
    package init(host: String, score: Double, terms: [String: Double]) {
      self.host = host
      self.score = score
      self.terms = terms
    }
  }

  /// The hosts that fit, best first; empty if none does.
  package var ranking: [Ranked]
  /// The hosts that do not fit, by name.
  package var refused: [Refusal]
  /// How many more hosts fit or were refused than are listed; 0 if all are listed.
  package var others: Int

  /// Makes a decision.
  package init(ranking: [Ranked], refused: [Refusal], others: Int = 0) {
    self.ranking = ranking
    self.refused = refused
    self.others = others
  }

  /// The chosen host's name, or nil if no host fits.
  package var host: String? { ranking.first?.host }
  /// The chosen host's score, or nil if no host fits.
  package var score: Double? { ranking.first?.score }
}

extension PlacementDecision: Codable {
  private enum CodingKeys: String, CodingKey { case ranking, refused, others }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      ranking: try fields.decode([Ranked].self, forKey: .ranking),
      refused: try fields.decode([Refusal].self, forKey: .refused),
      others: try fields.decodeIfPresent(Int.self, forKey: .others) ?? 0)
  }

  /// Writes the decision; no other hosts are left out.
  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(ranking, forKey: .ranking)
    try fields.encode(refused, forKey: .refused)
    if others > 0 { try fields.encode(others, forKey: .others) }
  }
}

/// One host that a decision refused, with the first rule that it breaks.
package struct Refusal: Hashable, Sendable, Codable {
  /// The host's name.
  package var host: String
  /// The rule's name, such as `memory`.
  package var rule: String
  /// The numbers, such as `wants 4GiB, 1GiB of 8GiB is free`.
  package var detail: String

  private enum CodingKeys: String, CodingKey { case host, rule, detail }

  /// Makes a refusal.
  package init(host: String, rule: String, detail: String) {
    self.host = host
    self.rule = rule
    self.detail = detail
  }
}
