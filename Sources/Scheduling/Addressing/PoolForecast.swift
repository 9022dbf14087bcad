/// Forecasts when a MAC pool runs out.
package enum PoolForecast {
  /// The longest time over which the rate is measured.
  package static let windowSeconds: Double = 7 * 86400
  /// The shortest time over which a rate is measured.
  package static let leastSeconds: Double = 3600

  /// Seconds until the pool is used up at its recent rate; nil if the pool did not fill, or is too young for a rate. 0
  /// for a pool without free addresses.
  package static func runsOutInSeconds(free: UInt64, recent: (net: Int64, seconds: Double)) -> Double? {
    guard free > 0 else { return 0 }
    guard recent.net > 0, recent.seconds >= leastSeconds else { return nil }
    return Double(free) / (Double(recent.net) / recent.seconds)
  }
}
