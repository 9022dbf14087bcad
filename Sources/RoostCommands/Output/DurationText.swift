internal import Fleet

/// Durations as the user types them.
enum DurationText {
  /// Reads `90`, `90s`, `5m`, `2h` or `7d` as seconds, 1 to 31,536,000.
  static func seconds(_ text: String) throws(FleetError) -> Int64 {
    let factors: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count)
    guard let number = Int64(digits), number >= 1, unit.count <= 1,
      let factor = unit.first.map({ factors[$0] }) ?? 1, number <= 31_536_000 / factor
    else {
      throw .usage("\"\(text.printable)\" is not a length of time", hint: "write 30s, 5m, 2h or 7d, at most 365d")
    }
    return number * factor
  }
}

/// Measured values for people.
enum UsageText {
  /// The age in seconds from which a measurement is highlighted: three rounds of measuring.
  private static let staleSeconds = 30.0

  /// Such as `0.3%` or `198%`; 100% is one CPU.
  static func percent(_ cpus: Double) -> String {
    let tenths = whole(cpus * 1000)
    return tenths < 100 ? "\(tenths / 10).\(tenths % 10)%" : "\((tenths + 5) / 10)%"
  }

  /// Such as `1.25`.
  static func load(_ load: Double) -> String {
    let hundredths = whole(load * 100)
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }

  /// Such as `12KiB`.
  static func bytes(_ bytes: Double) -> String { ByteCount(bytes: whole(bytes)).description }

  /// The age of a measurement, coloured by whether it is still useful.
  static func age(of measuredAt: Timestamp?, isCurrent: Bool, at now: Timestamp) -> Listing.Cell {
    guard let measuredAt else { return .init("never", .faint, raw: .null) }
    let seconds = now.seconds(since: measuredAt)
    return .init(
      Age.text(seconds: seconds), isCurrent && seconds <= staleSeconds ? .plain : .caution, raw: .time(measuredAt))
  }

  private static func whole(_ number: Double) -> Int64 { Int64(min(max(0, number), 1e15).rounded()) }
}
