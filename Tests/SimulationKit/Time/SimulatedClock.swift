package import Fleet
import Synchronization

/// A host's clock, which follows the fleet's and may go wrong.
package final class SimulatedClock: WallClock {
  private let fleet: any WallClock
  private let ahead = Mutex<Int64>(0)

  package init(following fleet: any WallClock) { self.fleet = fleet }

  package func now() -> Timestamp { fleet.now().adding(seconds: ahead.withLock { $0 }) }

  /// Sets how far the clock is ahead of the fleet's; negative for behind.
  package func go(ahead seconds: Int64) { ahead.withLock { $0 = seconds } }
}
