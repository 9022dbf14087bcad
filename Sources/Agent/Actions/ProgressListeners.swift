internal import Fleet
internal import Synchronization

/// Those who want to hear how far an action is; they hear it in the order in which it goes on.
final class ProgressListeners: Sendable {
  private let all: Mutex<[ActionExecutor.Progress]>

  init(_ first: @escaping ActionExecutor.Progress) {
    all = Mutex([first])
  }

  /// Adds one who asked later.
  func add(_ listener: @escaping ActionExecutor.Progress) {
    all.withLock { $0.append(listener) }
  }

  /// Tells all of them.
  func tell(_ step: String, _ fraction: Double?) {
    all.withLock { listeners in
      for listener in listeners { listener(step, fraction) }
    }
  }
}
