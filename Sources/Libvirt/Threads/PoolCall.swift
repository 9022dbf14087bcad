internal import Synchronization

/// One call on its way through a ``CallPool``: whoever settles it first decides what the caller gets.
final class PoolCall<Value: Sendable>: AnyPoolCall {
  private enum Phase {
    case fresh
    case awaited(CheckedContinuation<Value, any Error>)
    case settledEarly(any Error)
    case settled
  }

  let name: String
  private let body: @Sendable () throws -> Value
  private let phase = Mutex<Phase>(.fresh)

  init(name: String, _ body: @escaping @Sendable () throws -> Value) {
    self.name = name
    self.body = body
  }

  /// Takes the caller in; false if the call was given up before, and the caller has been told so.
  func attach(_ continuation: CheckedContinuation<Value, any Error>) -> Bool {
    let early: (any Error)? = phase.withLock { phase in
      if case .settledEarly(let error) = phase { return error }
      phase = .awaited(continuation)
      return nil
    }
    guard let early else { return true }
    continuation.resume(throwing: early)
    return false
  }

  func perform() -> @Sendable () -> Void {
    let result = Result { try body() }
    return { self.settle(result) }
  }

  func fail(_ error: any Error) { settle(.failure(error)) }

  var isSettled: Bool {
    phase.withLock { phase in
      switch phase {
      case .fresh, .awaited: false
      case .settledEarly, .settled: true
      }
    }
  }

  private func settle(_ result: Result<Value, any Error>) {
    let continuation: CheckedContinuation<Value, any Error>? = phase.withLock { phase in
      switch phase {
      case .fresh:
        if case .failure(let error) = result { phase = .settledEarly(error) }
        return nil
      case .awaited(let continuation):
        phase = .settled
        return continuation
      case .settledEarly, .settled:
        return nil
      }
    }
    continuation?.resume(with: result)
  }
}
