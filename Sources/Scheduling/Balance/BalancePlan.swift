package import Fleet

/// Moves that even out a fleet's use, each legal after the moves before it.
package struct BalancePlan: Hashable, Sendable {
  /// The moves in their order.
  package var moves: [Move]
  /// The score before; see ``score(of:under:)``.
  package var scoreBefore: Double
  /// The score after the moves, never higher.
  package var scoreAfter: Double
  /// VMs that should move but cannot, each with its host and the reason.
  package var stuck: [Refusal]

  /// Makes a plan.
  package init(moves: [Move], scoreBefore: Double, scoreAfter: Double, stuck: [Refusal]) {
    self.moves = moves
    self.scoreBefore = scoreBefore
    self.scoreAfter = scoreAfter
    self.stuck = stuck
  }

  /// Plans the moves.
  ///
  /// First VMs leave hosts that are being drained, then VMs that break hard rules move, then each move is the one that
  /// evens most, until none gains ``MoveLimits/leastGain``; then pairs of VMs change places where that gains, through a
  /// third host if necessary. Every move or exchange lowers the score, so the search ends.
  package static func plan(
    for hosts: [HostSnapshot], under policy: PlacementPolicy = PlacementPolicy(), limits: MoveLimits = MoveLimits()
  ) -> BalancePlan {
    var search = BalanceSearch(MovePlanner(PackingState(hosts, under: policy), limits: limits))
    return search.run()
  }

  /// How uneven a fleet is: the sum of the standard deviations of the reserved shares of CPUs, memory and disk over the
  /// hosts that take work; plus 10 for each VM that breaks a hard rule or is on a host being drained, and 0.1 for each
  /// VM that breaks a soft rule. 0 is even.
  package static func score(of hosts: [HostSnapshot], under policy: PlacementPolicy = PlacementPolicy()) -> Double {
    Imbalance.score(of: PackingState(hosts, under: policy))
  }
}

/// The limits of a plan.
package struct MoveLimits: Hashable, Sendable {
  /// The most moves.
  package var moves: Int
  /// The most moves at the same time.
  package var parallel: Int
  /// The most moves at the same time that leave or reach one host.
  package var parallelPerHost: Int
  /// The least gain of the score that a move must have.
  package var leastGain: Double
  /// The bandwidth of the migration network, per second.
  package var bandwidth: ByteCount

  /// Makes limits; the defaults let a plan run to its end, four moves at a time, over 10 Gbit/s.
  package init(
    moves: Int = 100_000, parallel: Int = 4, parallelPerHost: Int = 2, leastGain: Double = 1e-6,
    bandwidth: ByteCount = ByteCount(bytes: 1_250_000_000)
  ) {
    self.moves = max(0, moves)
    self.parallel = max(1, parallel)
    self.parallelPerHost = max(1, parallelPerHost)
    self.leastGain = max(1e-9, leastGain)
    self.bandwidth = bandwidth
  }
}
