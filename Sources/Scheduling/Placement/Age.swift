/// How long ago something was, for people.
package enum Age {
  /// Such as `45 s`, `4 min`, `3 h` or `12 d`; negative numbers and NaN count as 0.
  package static func text(seconds: Double) -> String {
    // Bounded, so that the conversion holds for any number.
    let whole = seconds.isNaN ? 0 : Int(min(max(seconds, 0), 1e12))
    return switch whole {
    case ..<120: "\(whole) s"
    case ..<7200: "\(whole / 60) min"
    case ..<172_800: "\(whole / 3600) h"
    default: "\(whole / 86400) d"
    }
  }
}
