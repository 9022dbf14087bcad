/// A call of any result, as the queue sees it.
protocol AnyPoolCall: AnyObject, Sendable {
  /// What it is about.
  var name: String { get }
  /// Whether its caller has an answer already.
  var isSettled: Bool { get }
  /// Makes the call, and returns what tells the caller.
  func perform() -> @Sendable () -> Void
  /// Tells the caller of a failure, unless it has an answer already.
  func fail(_ error: any Error)
}
