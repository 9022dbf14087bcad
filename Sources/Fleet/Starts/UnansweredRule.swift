/// What is done about a start that nobody judges in time.
public enum UnansweredRule: String, Hashable, Sendable, CaseIterable {
  /// It goes on.
  case failOpen = "fail-open"
  /// It is refused.
  case failClosed = "fail-closed"
}
