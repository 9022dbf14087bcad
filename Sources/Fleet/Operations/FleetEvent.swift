/// One entry of the event log.
package struct FleetEvent: Hashable, Sendable {
  /// The event's number; grows by one with each event.
  package var number: Int64
  /// When it happened.
  package var at: Timestamp
  /// The kind, such as `vm.placed`: a ``Kind`` of this release, or of another one.
  package var kind: String
  /// The name of its subject.
  package var subject: String
  /// One sentence.
  package var message: String
  /// The user or component that did it, such as `user:ada`, `uid:0`, `host:h1` or `coordinator`; empty for an event
  /// older than this field.
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
