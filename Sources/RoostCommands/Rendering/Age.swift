internal import Fleet

/// How long ago something was, as people say it.
enum Age {
  /// Such as `now`, `12 s ago`, `4 min ago`, `3 h ago`, `2 d ago` or `never`.
  static func text(of moment: Timestamp?, at now: Timestamp) -> String {
    guard let moment else { return "never" }
    let seconds = now.seconds(since: moment)
    guard seconds >= 2 else { return "now" }
    return "\(span(seconds: seconds)) ago"
  }

  /// Such as `12 s`, `4 min`, `3 h` or `2 d`.
  static func span(seconds: Double) -> String {
    let whole = Int64(min(max(0, seconds), 1e12))
    return switch whole {
    case ..<60: "\(whole) s"
    case ..<3600: "\(whole / 60) min"
    case ..<86400: "\(whole / 3600) h"
    default: "\(whole / 86400) d"
    }
  }
}
