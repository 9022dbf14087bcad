internal import Fleet
internal import Synchronization

/// The listeners for an action's progress; each receives it in order.
final class ProgressListeners: Sendable {
  private let all: Mutex<[ActionExecutor.Progress]>

  init(_ first: @escaping ActionExecutor.Progress) {
    all = Mutex([first])
  }

  /// Adds a listener to a running action.
  func add(_ listener: @escaping ActionExecutor.Progress) {
    all.withLock { $0.append(listener) }
  }

  /// Calls all listeners.
  func tell(_ step: String, _ fraction: Double?) {
    all.withLock { listeners in
      for listener in listeners { listener(step, fraction) }
    }
  }
}
