/// One entry of the record of all that happened.
public struct FleetEvent: Hashable, Sendable {
  /// Grows by one with each event.
  public var number: Int64
  /// When.
  public var at: Timestamp
  /// What kind, such as `vm.created`.
  public var kind: String
  /// The name of what it is about.
  public var subject: String
  /// One sentence.
  public var message: String

  /// Makes the value.
  public init(number: Int64, at: Timestamp, kind: String, subject: String, message: String) {
    self.number = number
    self.at = at
    self.kind = kind
    self.subject = subject
    self.message = message
  }
}
