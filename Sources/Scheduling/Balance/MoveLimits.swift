public import Fleet

/// How much a plan may do.
public struct MoveLimits: Hashable, Sendable {
  /// At most so many moves.
  public var moves: Int
  /// At most so many at the same time.
  public var parallel: Int
  /// At most so many at the same time that leave or reach one host.
  public var parallelPerHost: Int
  /// A move that betters the score by less is not worth its while.
  public var leastGain: Double
  /// What the migration network carries per second.
  public var bandwidth: Memory

  /// Makes limits; the defaults let a plan run to its end, four moves at a time, over 10 Gbit/s.
  public init(
    moves: Int = 100_000, parallel: Int = 4, parallelPerHost: Int = 2, leastGain: Double = 1e-6,
    bandwidth: Memory = Memory(bytes: 1_250_000_000)
  ) {
    self.moves = max(0, moves)
    self.parallel = max(1, parallel)
    self.parallelPerHost = max(1, parallelPerHost)
    self.leastGain = max(1e-9, leastGain)
    self.bandwidth = bandwidth
  }
}
