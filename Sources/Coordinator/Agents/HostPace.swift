import Fleet
import Synchronization

/// Limits the rate of one host's requests, by kind: a burst, then a number per second.
final class HostPace: Sendable {
  /// A burst and a rate.
  struct Allowance: Sendable {
    var burst: Double
    var perSecond: Double

    /// Messages of the long stream; a large one counts as several.
    static let messages = Allowance(burst: 2_000, perSecond: 100)
    /// Judgements of starts.
    static let judgements = Allowance(burst: 500, perSecond: 50)
    /// Certificates: an agent requests one in two months, and again if an answer is lost.
    static let renewals = Allowance(burst: 4, perSecond: 4.0 / 3_600)
    /// Sightings of addresses outside of the managed VMs.
    static let sightings = Allowance(burst: 32_768, perSecond: 4)
  }

  private struct Key: Hashable {
    let host: HostID
    let what: String
  }

  private struct Bucket {
    var tokens: Double
    var at: Timestamp
  }

  private let clock: any WallClock
  private let buckets = Mutex<[Key: Bucket]>([:])

  /// Counts by a clock; setting it back adds nothing, and setting it forward adds at most a burst.
  init(clock: any WallClock) {
    self.clock = clock
  }

  /// Takes an amount of an allowance, if it is available.
  /// - Returns: nil, or how long to wait until it is.
  func take(_ cost: Double = 1, _ what: String, _ allowance: Allowance, of host: HostID) -> Duration? {
    buckets.withLock { buckets in
      let key = Key(host: host, what: what)
      let now = clock.now()
      var bucket = buckets[key] ?? Bucket(tokens: allowance.burst, at: now)
      let passed = max(0, now.seconds(since: bucket.at))
      bucket.tokens = min(allowance.burst, bucket.tokens + passed * allowance.perSecond)
      bucket.at = now
      defer { buckets[key] = bucket }
      let cost = min(cost, allowance.burst)
      guard bucket.tokens >= cost else { return .seconds((cost - bucket.tokens) / allowance.perSecond) }
      bucket.tokens -= cost
      return nil
    }
  }

  /// Takes an amount of an allowance even if it is not available; later requests then wait longer.
  func spend(_ cost: Double, _ what: String, _ allowance: Allowance, of host: HostID) {
    buckets.withLock { buckets in
      let key = Key(host: host, what: what)
      var bucket = buckets[key] ?? Bucket(tokens: allowance.burst, at: clock.now())
      bucket.tokens = max(-allowance.burst, bucket.tokens - cost)
      buckets[key] = bucket
    }
  }

  /// Refuses requests beyond the allowance.
  /// - Throws: ``FleetError`` with code `exhausted`.
  func check(_ what: String, _ allowance: Allowance, of host: HostID) throws(FleetError) {
    guard let wait = take(1, what, allowance, of: host) else { return }
    let seconds = Int(min(1e6, (wait / .seconds(1)).rounded(.up)))
    throw FleetError(.exhausted, "this host asks for \(what) too often: try again in \(seconds) s", retryable: true)
  }
}
