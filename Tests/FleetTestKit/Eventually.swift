/// What did not happen in time.
package struct NeverHappened: Error, CustomStringConvertible {
  /// One sentence.
  package let description: String

  package init(description: String) { self.description = description }
}

/// Waits until something holds, for ten seconds at most.
package func eventually(
  _ what: String = "it happens", within limit: Duration = .seconds(10), _ condition: () async throws -> Bool
) async throws {
  let end = ContinuousClock.now + limit
  while ContinuousClock.now < end {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(5))
  }
  throw NeverHappened(description: "not within \(limit): \(what)")
}
