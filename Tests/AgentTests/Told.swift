import Synchronization

@testable import Agent

/// What a look tells, all in all.
func told(_ look: (@escaping DomainBook.Tell) async throws -> Void) async rethrows -> DomainBook.Delta {
  let deltas = ToldDeltas()
  try await look { deltas.add($0) }
  return deltas.all
}

private final class ToldDeltas: Sendable {
  private let sum = Mutex(DomainBook.Delta())

  var all: DomainBook.Delta { sum.withLock { $0 } }

  func add(_ delta: DomainBook.Delta) {
    sum.withLock { sum in
      sum.changed += delta.changed
      sum.removed += delta.removed
    }
  }
}
