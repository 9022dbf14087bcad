/// Why something of a host can't be read, and since when.
public struct ReadFailure: Hashable, Sendable {
  /// Since when.
  public var since: Timestamp
  /// What failed, one sentence that names the call.
  public var reason: String

  /// Makes a failure.
  public init(since: Timestamp, reason: String) {
    self.since = since
    self.reason = reason
  }
}
