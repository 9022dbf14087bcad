import Fleet
import Synchronization

/// Limits how often one host causes one kind of event, so that it can't push other events out.
///
/// Events beyond the limit are counted, and the next event of the kind has their number.
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

  /// The most events of one kind that one host causes in ``seconds``.
  static let limit = 20
  /// The length of a window.
  static let seconds = 3_600.0

  private let limit: Int
  private let windows = Mutex<[Key: Window]>([:])

  init(limit: Int = EventRates.limit) {
    self.limit = limit
  }

  /// The sentence to record, with the number of omitted ones before it; nil to omit this one.
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

  /// Removes the counts of a host that has left.
  func forget(_ host: HostID) {
    windows.withLock { windows in windows = windows.filter { $0.key.host != host } }
  }
}
