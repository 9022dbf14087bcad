internal import Fleet

/// Exchanges of two VMs, tried where no single move gains.
extension BalanceSearch {
  /// The most pairs of VMs examined for one plan.
  static let mostLooks = 20_000_000
  /// In a large fleet, how many of the fullest and of the emptiest hosts take part, for each of CPUs, memory and disk.
  static let exchangers = 8
  /// The most hosts tried for a stop on the way.
  private static let mostStops = 16

  /// An exchange with its moves in their order.
  struct Exchange {
    struct Step {
      let vm: Int
      let host: Int
      let why: String
    }

    let steps: [Step]
    let change: Double
  }

  /// The exchange that lowers the score most; nil if none gains enough for two moves.
  mutating func bestExchange() -> Exchange? {
    let hosts = unlike(sources)
    let few = hosts.reduce(0) { $0 + sorts[$1].count }
    let (left, right) =
      few * few <= Self.mostPairs
      ? (hosts, hosts) : (ends(hosts, fullest: true, Self.exchangers), ends(hosts, fullest: false, Self.exchangers))
    var best: Exchange?
    var seen: Set<SIMD2<Int>> = []
    for a in left {
      for b in right where a != b && seen.insert(SIMD2(min(a, b), max(a, b))).inserted {
        guard looks < Self.mostLooks else { return best }
        looks += sorts[a].count * sorts[b].count
        if let exchange = bestExchange(a, b, below: best?.change ?? -2 * planner.limits.leastGain) { best = exchange }
      }
    }
    return best
  }

  private func bestExchange(_ a: Int, _ b: Int, below least: Double) -> Exchange? {
    var best: Exchange?
    let packing = planner.packing
    for vm in sorts[a] {
      let size = packing.vms[vm].size
      for other in sorts[b] {
        let gone = packing.vms[other].size
        guard size != gone || !packing.vms[vm].rules.isEmpty || !packing.vms[other].rules.isEmpty else { continue }
        let change = planner.change(exchanging: vm, with: other)
        guard change < (best?.change ?? least) - 1e-12, size.fits(in: packing.free[b] + gone),
          gone.fits(in: packing.free[a] + size), let steps = steps(vm, other)
        else { continue }
        best = Exchange(steps: steps, change: change)
      }
    }
    return best
  }

  /// The moves that make two VMs change places, each legal in its turn; nil if there is no such sequence.
  private func steps(_ vm: Int, _ other: Int) -> [Exchange.Step]? {
    let (a, b) = (planner.packing.home[vm], planner.packing.home[other])
    let (first, second) = (planner.packing.vms[vm].name, planner.packing.vms[other].name)
    let goes = Exchange.Step(vm: vm, host: b, why: "changes places with \(second)")
    let comes = Exchange.Step(vm: other, host: a, why: "changes places with \(first)")
    if isLegal([goes, comes]) { return [goes, comes] }
    if isLegal([comes, goes]) { return [comes, goes] }
    // One of them stops on a third host; the smaller one is tried first.
    let isSmaller = planner.packing.vms[vm].size.memory <= planner.packing.vms[other].size.memory
    for (stopper, back) in isSmaller ? [(goes, comes), (comes, goes)] : [(comes, goes), (goes, comes)] {
      let stops = targets.lazy.filter { $0 != a && $0 != b && planner.isLegal(stopper.vm, to: $0) }
      for stop in stops.prefix(Self.mostStops) {
        let name = planner.packing.vms[back.vm].name
        let steps = [
          Exchange.Step(vm: stopper.vm, host: stop, why: "waits to change places with \(name)"), back, stopper,
        ]
        if isLegal(steps) { return steps }
      }
    }
    return nil
  }

  private func isLegal(_ steps: [Exchange.Step]) -> Bool {
    guard let first = steps.first, planner.isLegal(first.vm, to: first.host) else { return false }
    var after = planner
    for step in steps {
      guard after.isLegal(step.vm, to: step.host) else { return false }
      after.move(step.vm, to: step.host, why: "")
    }
    return true
  }
}
