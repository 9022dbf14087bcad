/// A placement decision that explains itself; the CLI, the web page and the tests print this same value.
public struct Decision: Hashable, Sendable {
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
