package import Fleet

/// Moves that make a fleet's use even, each legal once those before it are done.
package struct BalancePlan: Hashable, Sendable {
  /// The moves in their order.
  package var moves: [Move]
  /// The score before; see ``score(of:under:)``.
  package var scoreBefore: Double
  /// The score afterwards, never higher.
  package var scoreAfter: Double
  /// VMs that would have to move and can't, each with the host it is on, and why.
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
  /// First VMs leave hosts that are being drained, then hard rules that are broken are mended, then each move is the
  /// one that evens most, until none gains ``MoveLimits/leastGain``; then two VMs change places where that gains, by
  /// way of a third host if there is no other. Every move or exchange lowers the score, so it ends.
  package static func plan(
    for hosts: [HostSnapshot], under policy: PlacementPolicy = PlacementPolicy(), limits: MoveLimits = MoveLimits()
  ) -> BalancePlan {
    var search = BalanceSearch(MovePlanner(PackingState(hosts, under: policy), limits: limits))
    return search.run()
  }

  /// How uneven a fleet is: the standard deviations of the reserved shares of CPUs, memory and disk over the hosts
  /// that take work, added up; 10 more for each VM that breaks a hard rule or is on a host being drained, 0.1 more
  /// for each that a soft rule would rather have elsewhere. 0 is even.
  package static func score(of hosts: [HostSnapshot], under policy: PlacementPolicy = PlacementPolicy()) -> Double {
    Imbalance.score(of: PackingState(hosts, under: policy))
  }
}

/// How much a plan may do.
package struct MoveLimits: Hashable, Sendable {
  /// At most so many moves.
  package var moves: Int
  /// At most so many at the same time.
  package var parallel: Int
  /// At most so many at the same time that leave or reach one host.
  package var parallelPerHost: Int
  /// A move that betters the score by less is not worth its while.
  package var leastGain: Double
  /// What the migration network carries per second.
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
