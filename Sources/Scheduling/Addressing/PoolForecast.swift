/// When a MAC pool runs out.
public enum PoolForecast {
  /// How far back the rate is looked for.
  public static let windowSeconds: Double = 7 * 86400
  /// A shorter life of a pool than this tells no rate.
  public static let leastSeconds: Double = 3600

  /// In how many seconds no address is left if it goes on as it did lately; nil if the pool did not grow fuller, or is
  /// too young to tell. A pool without free addresses runs out in 0.
  public static func runsOutInSeconds(free: UInt64, recent: (net: Int64, seconds: Double)) -> Double? {
    guard free > 0 else { return 0 }
    guard recent.net > 0, recent.seconds >= leastSeconds else { return nil }
    return Double(free) / (Double(recent.net) / recent.seconds)
  }
}
