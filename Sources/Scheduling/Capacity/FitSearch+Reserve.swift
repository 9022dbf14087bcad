internal import Fleet

extension FitSearch {
  /// With more sets of failing hosts than this, no reserve is computed.
  static let mostReserveSets = 12_000
  /// With more hosts than this, a reserve below the bound is accepted as it is.
  static let mostPatientHosts = 64

  /// Starts with as many VMs as sums allow and removes, one failure after another, what each failure needs room for;
  /// nil if that does not work here.
  ///
  /// Removing VMs to survive one failure never breaks a failure already handled: the remaining hosts only gain room. So
  /// one walk over the failures proves the result for all of them.
  func reserved(_ caps: [Int], _ atMost: Int) -> [Int]? {
    guard hardRules.isEmpty, packedVM.extras.isEmpty, !packedVM.isTied,
      !grown.shapes[packedVM.shape].request.constraints.oneCell
    else {
      return nil
    }
    guard let sets = sets() else { return nil }
    var best: [Int]?
    for (number, spread) in [Self.packed, Self.even].enumerated() where number == 0 || caps.count <= Self.mostWhole {
      guard let counts = reserved(spread(atMost, caps), caps, sets) else { continue }
      if counts.reduce(0, +) > best?.reduce(0, +) ?? -1 { best = counts }
      if counts.reduce(0, +) == atMost { break }
    }
    return best
  }

  private func reserved(_ start: [Int], _ caps: [Int], _ sets: [[Int]]) -> [Int]? {
    var counts = start
    var failover = failover(with: counts)
    let unit = failover.vmClass(of: packedVM)
    let packing = grown
    let claims = failover.counts.indices.map { host in
      failover.counts[host].reduce(Resources()) { $0 + failover.classes[$1.vmClass].size.times($1.count) }
    }
    let largest = packing.limit.reduce(Resources()) { $0.most($1) }
    let weights = sets.map { set in set.reduce(Resources()) { $0 + claims[$1] }.share(of: largest) }
    for number in sets.indices.sorted(by: { (weights[$1], $0) < (weights[$0], $1) }) {
      let failed = sets[number]
      let steps = failover.steps(after: failed, on: packing) { failover, vmClass in
        guard let (host, fewer) = Self.roomiest(for: vmClass, unit, caps, counts, failed, failover, packing) else {
          return nil
        }
        counts[host] -= fewer
        failover.add(unit, -fewer, to: host, on: packing)
        return host
      }
      guard steps != nil else { return nil }
    }
    return counts
  }

  /// The host that must give up the fewest VMs to take one of a class; of several, the one that gave up most so far.
  private static func roomiest(
    for vmClass: Int, _ unit: Int, _ caps: [Int], _ counts: [Int], _ failed: [Int], _ failover: FailoverHeuristic,
    _ packing: PackingState
  ) -> (host: Int, fewer: Int)? {
    let want = failover.classes[vmClass]
    var best: (host: Int, fewer: Int)?
    for host in counts.indices where counts[host] > 0 && !failed.contains(host) && packing.allows(want.shape, host) {
      guard let fewer = fewer(want.size, failover.free[host], failover.classes[unit].size), fewer <= counts[host],
        failover.isPlain(vmClass)
          || (failover.keepsRules(vmClass, host, on: packing) && failover.hasExtras(vmClass, host))
      else { continue }
      guard let other = best else {
        best = (host, fewer)
        continue
      }
      let gain = caps[host] - counts[host] - caps[other.host] + counts[other.host]
      if fewer < other.fewer || (fewer == other.fewer && gain > 0) { best = (host, fewer) }
    }
    return best
  }

  /// How many units must go for a size to fit; nil if no number is enough.
  private static func fewer(_ size: Resources, _ free: Resources, _ unit: Resources) -> Int? {
    var most = 0
    for (want, has, each) in [
      (size.vcpus, free.vcpus, unit.vcpus), (size.memory, free.memory, unit.memory), (size.disk, free.disk, unit.disk),
    ] where want > 0 && want > has {
      guard each > 0 else { return nil }
      most = max(most, (want - has + each - 1) / each)
    }
    return most
  }

  /// The sets of hosts that may fail, by size; nil if there are too many.
  private func sets() -> [[Int]]? {
    let count = grown.hosts.count
    guard survive > 1 else { return (0..<count).map { [$0] } }
    var (sum, ways) = (0, 1)
    for size in 1...min(survive, max(1, count)) {
      ways = ways * (count - size + 1) / size
      sum += ways
      guard sum <= Self.mostReserveSets else { return nil }
    }
    var (sets, all): ([[Int]], [[Int]]) = ([[]], [])
    for _ in 0..<min(survive, count) {
      sets = sets.flatMap { set in ((set.last ?? -1) + 1..<count).map { set + [$0] } }
      all += sets
    }
    return all
  }

  /// The spreads to bisect if a reserve stays below the bound.
  func spreads(_ hosts: Int) -> [(Int, [Int]) -> [Int]] {
    hosts <= Self.mostPatientHosts || !hardRules.isEmpty || survive > 1 ? [Self.even, Self.packed] : []
  }
}
