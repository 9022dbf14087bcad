internal import Fleet

/// Measured figures as people read them.
enum MeasuredText {
  /// A measurement that is older than three rounds of measuring is worth a look.
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
  static func bytes(_ bytes: Double) -> String { Memory(bytes: whole(bytes)).description }

  /// How old a measurement is, in the colour that says whether it still tells something.
  static func age(of measuredAt: Timestamp?, isCurrent: Bool, at now: Timestamp) -> Listing.Cell {
    guard let measuredAt else { return .init("never", .faint) }
    let seconds = now.seconds(since: measuredAt)
    return .init(Age.span(seconds: seconds), isCurrent && seconds <= staleSeconds ? .plain : .caution)
  }

  private static func whole(_ number: Double) -> Int64 { Int64(min(max(0, number), 1e15).rounded()) }
}
