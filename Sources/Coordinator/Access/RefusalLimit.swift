import Fleet
import Synchronization

/// Limits how many refusals of one caller are recorded: a burst, then one a minute, and a total for all callers, so
/// that refused calls can't fill the disk.
final class RefusalLimit: Sendable {
  /// The burst of one caller.
  static let burst = 5
  /// The burst of all callers together; it refills at two a minute.
  static let burstOfAll = 200
  /// The most callers that are tracked.
  static let callerLimit = 512
  private static let secondsEach = 60.0

  private struct Share {
    var left: Double
    var at: Timestamp
    var unwritten = 0

    /// Takes one if one is left.
    mutating func take(most: Int, secondsEach: Double, now: Timestamp) -> Bool {
      // BOUNDED: floating point, and cut off at once.
      left = min(Double(most), left + max(0, now.seconds(since: at)) / secondsEach)
      at = now
      guard left >= 1 else {
        unwritten += 1
        return false
      }
      left -= 1
      return true
    }
  }

  private struct Shares {
    var all: Share?
    var callers: [String: Share] = [:]
  }

  private let shares = Mutex(Shares())

  /// Decides whether to record another refusal of a caller.
  /// - Returns: nil if not; else how many of that caller were not recorded since the last one.
  func take(_ actor: String, now: Timestamp) -> Int? {
    shares.withLock { shares in
      var own = shares.callers[actor] ?? Share(left: Double(Self.burst), at: now)
      var all = shares.all ?? Share(left: Double(Self.burstOfAll), at: now)
      defer {
        shares.all = all
        shares.callers[actor] = own
        if shares.callers.count > Self.callerLimit, let oldest = shares.callers.min(by: { $0.value.at < $1.value.at }) {
          shares.callers[oldest.key] = nil
        }
      }
      guard own.take(most: Self.burst, secondsEach: Self.secondsEach, now: now) else { return nil }
      guard all.take(most: Self.burstOfAll, secondsEach: Self.secondsEach / 2, now: now) else {
        // BOUNDED: counts calls one by one.
        own.unwritten += 1
        return nil
      }
      defer { own.unwritten = 0 }
      return own.unwritten
    }
  }
}
