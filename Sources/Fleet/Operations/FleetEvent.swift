/// One entry of the record of all that happened.
public struct FleetEvent: Hashable, Sendable {
  /// Grows by one with each event.
  public var number: Int64
  /// When.
  public var at: Timestamp
  /// What kind, such as `vm.placed`: a ``Kind`` of this release, or one of another.
  public var kind: String
  /// The name of what it is about.
  public var subject: String
  /// One sentence.
  public var message: String
  /// Who did it, such as `user:ada`, `uid:0`, `host:h1` or `coordinator`; empty for what is older than this word.
  public var actor: String

  /// Makes the value.
  public init(number: Int64, at: Timestamp, kind: String, subject: String, message: String, actor: String = "") {
    self.number = number
    self.at = at
    self.kind = kind
    self.subject = subject
    self.message = message
    self.actor = actor
  }
}
