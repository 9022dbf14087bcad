/// Ages as every message and every table shows them.
package enum Age {
  /// Such as `45 s`, `4 min`, `3 h` or `12 d`: at least two of a unit, so that rounding down loses less than half.
  ///
  /// Negative numbers and NaN count as 0.
  package static func text(seconds: Double) -> String {
    // BOUNDED: at most 1e12.
    let whole = seconds.isNaN ? 0 : Int64(min(max(seconds, 0), 1e12))
    return switch whole {
    case ..<120: "\(whole) s"
    case ..<7200: "\(whole / 60) min"
    case ..<172_800: "\(whole / 3600) h"
    default: "\(whole / 86400) d"
    }
  }

  /// How long something goes on, rounded to the nearest unit: `7 d` is left of a week after a second.
  package static func left(seconds: Double) -> String {
    let half = seconds >= 172_800 ? 43200.0 : seconds >= 7200 ? 1800 : seconds >= 120 ? 30 : 0
    // BOUNDED: floating point.
    return text(seconds: seconds + half)
  }

  /// Such as `now`, `12 s ago`, `4 min ago`, `3 h ago`, `2 d ago` or `never`.
  package static func text(of moment: Timestamp?, at now: Timestamp) -> String {
    guard let moment else { return "never" }
    let seconds = now.seconds(since: moment)
    return seconds < 2 ? "now" : "\(text(seconds: seconds)) ago"
  }
}
