package import Fleet
internal import Synchronization

/// A clock that stands still until a test moves it.
package final class ManualClock: WallClock {
  private let moment: Mutex<Timestamp>

  /// Makes a clock that stands at `start`, by default 2026-01-01T00:00:00Z.
  package init(_ start: Timestamp = Timestamp(seconds: 1_767_225_600)) {
    moment = Mutex(start)
  }

  package func now() -> Timestamp { moment.withLock { $0 } }

  /// Moves the clock forward, or back by a negative number.
  package func advance(seconds: Int64) {
    moment.withLock { $0 = $0.adding(seconds: seconds) }
  }

  /// Sets the clock.
  package func set(_ moment: Timestamp) {
    self.moment.withLock { $0 = moment }
  }
}
