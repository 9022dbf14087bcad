/// A placement decision that explains itself; the CLI, the web page and the tests print this same value.
public struct PlacementDecision: Hashable, Sendable {
  /// One host that the VM could run on.
  public struct Ranked: Hashable, Sendable {
    /// The host's name.
    public var host: String
    /// The sum of the terms; higher is better.
    public var score: Double
    /// Each scorer's weighted contribution, by its name.
    public var terms: [String: Double]

    /// Makes a ranked host.
    public init(host: String, score: Double, terms: [String: Double]) {
      self.host = host
      self.score = score
      self.terms = terms
    }
  }

  /// The hosts that fit, best first; empty if none does.
  public var ranking: [Ranked]
  /// The hosts that do not fit, by name.
  public var refused: [Refusal]
  /// How many more hosts fit or were refused that are not listed; 0 for a decision that lists every host.
  public var others: Int

  /// Makes a decision.
  public init(ranking: [Ranked], refused: [Refusal], others: Int = 0) {
    self.ranking = ranking
    self.refused = refused
    self.others = others
  }

  /// The chosen host's name, or nil if no host fits.
  public var host: String? { ranking.first?.host }
  /// The chosen host's score, or nil if no host fits.
  public var score: Double? { ranking.first?.score }
}

/// One host that a decision refused, by the first rule that it breaks.
public struct Refusal: Hashable, Sendable {
  /// The host's name.
  public var host: String
  /// The rule's name, such as `memory`.
  public var rule: String
  /// The numbers, such as `wants 4GiB, 1GiB of 8GiB is free`.
  public var detail: String

  /// Makes a refusal.
  public init(host: String, rule: String, detail: String) {
    self.host = host
    self.rule = rule
    self.detail = detail
  }
}
