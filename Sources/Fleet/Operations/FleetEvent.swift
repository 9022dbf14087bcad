/// One entry of the record of all that happened.
package struct FleetEvent: Hashable, Sendable {
  /// Grows by one with each event.
  package var number: Int64
  /// When.
  package var at: Timestamp
  /// What kind, such as `vm.placed`: a ``Kind`` of this release, or one of another.
  package var kind: String
  /// The name of what it is about.
  package var subject: String
  /// One sentence.
  package var message: String
  /// Who did it, such as `user:ada`, `uid:0`, `host:h1` or `coordinator`; empty for what is older than this word.
  package var actor: String

  package init(number: Int64, at: Timestamp, kind: String, subject: String, message: String, actor: String = "") {
    self.number = number
    self.at = at
    self.kind = kind
    self.subject = subject
    self.message = message
    self.actor = actor
  }
}
