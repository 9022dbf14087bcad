import Synchronization

@testable import Agent

/// What a look tells, all in all.
func told(_ look: (@escaping DomainCache.Tell) async throws -> Void) async rethrows -> DomainCache.Delta {
  let deltas = ToldDeltas()
  try await look { deltas.add($0) }
  return deltas.all
}

private final class ToldDeltas: Sendable {
  private let sum = Mutex(DomainCache.Delta())

  var all: DomainCache.Delta { sum.withLock { $0 } }

  func add(_ delta: DomainCache.Delta) {
    sum.withLock { sum in
      sum.changed += delta.changed
      sum.removed += delta.removed
    }
  }
}
