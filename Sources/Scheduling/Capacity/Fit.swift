public import Fleet

/// How many more VMs of one size fit, where, and what is in the way of another.
public struct Fit: Hashable, Sendable {
  /// How many a host takes.
  public struct Share: Hashable, Sendable {
    /// The host's name.
    public var host: String
    /// How many it takes, 0 or more.
    public var count: Int

    /// Makes a share.
    public init(host: String, count: Int) {
      self.host = host
      self.count = count
    }
  }

  /// How many fit: so many surely do.
  public var count: Int
  /// No more than so many can fit, whatever the arrangement.
  public var atMost: Int
  /// How many go to each host, by name.
  public var perHost: [Share]
  /// Why each host takes no more, by name.
  public var limitedBy: [Refusal]
  /// How many hosts may fail afterwards with every VM finding another.
  public var survive: Int

  /// True if ``count`` is the most there can be, and not a bound from below.
  public var isExact: Bool { count == atMost }

  /// Counts how many more VMs like `request` fit.
  ///
  /// With `survive` above zero, any so many hosts may fail afterwards and the rest have room for their VMs, rules
  /// kept. ``isExact`` says whether the count was proven; ``atMost`` bounds it from above otherwise.
  public static func count(
    of request: PlacementRequest, on hosts: [HostSnapshot], under policy: FleetPolicy = FleetPolicy(),
    survive: Int = 0
  ) -> Fit {
    var search = FitSearch(request, Board(hosts, under: policy), survive: max(0, survive))
    let result = search.run()
    return Fit(
      count: result.counts.reduce(0, +), atMost: result.atMost,
      perHost: zip(search.board.hosts, result.counts).map { Share(host: $0.name, count: $1) },
      limitedBy: FitLimits(request, policy, search, result).refusals, survive: max(0, survive))
  }
}
