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
