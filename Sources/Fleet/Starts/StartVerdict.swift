/// Whether a start may go on, and why.
public struct StartVerdict: Hashable, Sendable {
  /// What is done about it.
  public enum Ruling: String, Hashable, Sendable, CaseIterable {
    /// It goes on.
    case allow
    /// It goes on, and is told of.
    case warn
    /// It does not go on.
    case refuse
  }

  /// What is done about it.
  public var ruling: Ruling
  /// One sentence for whoever starts it; empty if there is nothing to say.
  public var sentence: String
  /// Everything that was found, the worst first.
  public var findings: [StartFinding]

  /// Makes a verdict.
  public init(_ ruling: Ruling, sentence: String = "", findings: [StartFinding] = []) {
    self.ruling = ruling
    self.sentence = sentence
    self.findings = findings
  }
}
