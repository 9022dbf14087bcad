import Fleet
import Synchronization

/// Bounds how often one host makes one kind of event, so that its noise pushes nobody's history out.
///
/// What is beyond the bound is counted, and the next event of the kind says how many there were.
final class EventRates: Sendable {
  private struct Key: Hashable {
    let host: HostID
    let kind: FleetEvent.Kind
  }

  private struct Window {
    var since: Timestamp
    var count = 0
    var skipped = 0
  }

  /// How many events of one kind one host makes in ``seconds``.
  static let limit = 20
  /// How long a window is.
  static let seconds = 3_600.0

  private let limit: Int
  private let windows = Mutex<[Key: Window]>([:])

  init(limit: Int = EventRates.limit) {
    self.limit = limit
  }

  /// The sentence to record, with how many were left out before it; nil for one that is left out.
  func sentence(
    _ text: String, _ kind: FleetEvent.Kind, of host: HostID, at now: Timestamp, limit: Int? = nil
  ) -> String? {
    let limit = limit ?? self.limit
    let key = Key(host: host, kind: kind)
    return windows.withLock { windows in
      var window = windows[key] ?? Window(since: now)
      var left = 0
      if abs(now.seconds(since: window.since)) >= Self.seconds {
        left = window.skipped
        window = Window(since: now)
      }
      defer { windows[key] = window }
      guard window.count < limit else {
        window.skipped += 1
        return nil
      }
      window.count += 1
      let end = window.count == limit ? "; more of this in the next hour is counted and not recorded" : ""
      let before = left > 0 ? "; \(left) more in the hour before are not recorded" : ""
      return text + before + end
    }
  }

  /// Forgets a host that has left.
  func forget(_ host: HostID) {
    windows.withLock { windows in windows = windows.filter { $0.key.host != host } }
  }
}
