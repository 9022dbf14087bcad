internal import Fleet
internal import Foundation

/// Moments as the user types them.
enum Moment {
  /// Reads `30m` or `2h` (that long ago), `today`, `yesterday`, `2026-11-29` or `2026-11-29T10:00:00Z`; days begin at
  /// midnight in UTC.
  static func read(_ text: String, at now: Timestamp) throws(FleetError) -> Timestamp {
    let midnight = now.seconds - now.seconds % 86400
    switch text {
    case "now": return now
    case "today": return Timestamp(seconds: midnight)
    case "yesterday": return Timestamp(seconds: midnight - 86400)
    default: break
    }
    if let unit = text.last, "smhd".contains(unit), let seconds = try? DurationText.seconds(text) {
      return now.adding(seconds: -seconds)
    }
    let full = text.utf8.count == 10 ? text + "T00:00:00Z" : text
    guard full.utf8.count <= 25, let date = try? Date(full, strategy: .iso8601) else {
      throw .usage(
        "\"\(text.printable)\" is not a moment", hint: "write 2h, yesterday, 2026-11-29 or 2026-11-29T10:00:00Z")
    }
    return Timestamp(seconds: Int64(exactly: date.timeIntervalSince1970.rounded()) ?? now.seconds)
  }
}
