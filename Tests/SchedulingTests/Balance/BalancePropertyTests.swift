import Fleet
import FleetTestKit
import Scheduling
import Testing

/// What must hold for every plan, over fleets drawn from a seed.
@Suite("Balance and drain plans over generated fleets")
struct BalancePropertyTests {
  private static let seeds: [UInt64] = Array(1...1100)

  private static func fleet(_ seed: UInt64) -> SmallFleet {
    var fleet = SmallFleet(seed: seed, hosts: 2...7, vms: 24)
    if seed % 5 == 0 { fleet.hosts[0].state = .draining }
    return fleet
  }

  @Test("every step of a plan is legal in its turn, and every wave has room for both ends", arguments: seeds)
  func legal(_ seed: UInt64) {
    SmallFleet.check(seed, Self.fleet(seed)) { fleet in
      let limits = MoveLimits(parallel: 3, parallelPerHost: 2)
      let plan = BalancePlan.plan(for: fleet.snapshots, under: fleet.policy, limits: limits)
      var hosts = fleet.snapshots
      if let failure = PlanChecks.run(plan.moves, on: &hosts, under: fleet.policy) { return failure }
      return PlanChecks.waves(plan.moves, on: fleet.snapshots, limits)
    }
  }

  @Test("no move worsens the score, the gains add up, and a balanced fleet is left alone", arguments: seeds)
  func gains(_ seed: UInt64) {
    SmallFleet.check(seed, Self.fleet(seed)) { fleet in
      let plan = BalancePlan.plan(for: fleet.snapshots, under: fleet.policy)
      if let bad = PlanChecks.loser(plan.moves) { return "\(bad.vm) gains \(bad.gain)" }
      var hosts = fleet.snapshots
      _ = PlanChecks.run(plan.moves, on: &hosts, under: fleet.policy)
      let after = BalancePlan.score(of: hosts, under: fleet.policy)
      if abs(after - plan.scoreAfter) > 1e-9 { return "says \(plan.scoreAfter), is \(after)" }
      let sum = plan.moves.reduce(0) { $0 + $1.gain }
      if abs(plan.scoreBefore - sum - after) > 1e-6 { return "gains \(sum) from \(plan.scoreBefore) to \(after)" }
      let again = BalancePlan.plan(for: hosts, under: fleet.policy)
      return again.moves.isEmpty ? nil : "a second plan moves \(again.moves.map(\.vm))"
    }
  }

  @Test("the order of hosts never matters; a limit of moves gives the plan's head", arguments: seeds)
  func order(_ seed: UInt64) {
    SmallFleet.check(seed, Self.fleet(seed)) { fleet in
      let plan = BalancePlan.plan(for: fleet.snapshots, under: fleet.policy)
      if BalancePlan.plan(for: fleet.snapshots.reversed(), under: fleet.policy) != plan { return "the order matters" }
      let head = BalancePlan.plan(for: fleet.snapshots, under: fleet.policy, limits: MoveLimits(moves: 2))
      // An exchange is planned as a whole or not at all.
      let isCut = head.moves.count < 2 && plan.moves.count > head.moves.count
      if isCut, !PlanChecks.isExchange(plan.moves[head.moves.count]) { return "only \(head.moves.count) moves" }
      return head.moves == Array(plan.moves.prefix(head.moves.count)) ? nil : "the first moves are \(head.moves)"
    }
  }

  @Test("a drain has a verdict for every VM, legal steps, and reasons for who stays", arguments: seeds)
  func drain(_ seed: UInt64) {
    SmallFleet.check(seed, Self.fleet(seed)) { fleet in
      let plan = DrainPlan.plan("h1", among: fleet.snapshots, under: fleet.policy)
      let there = fleet.vms.filter { $0.host == "h1" }.map(\.name).sorted()
      if plan.verdicts.map(\.vm) != there { return "verdicts are of \(plan.verdicts.map(\.vm))" }
      var hosts = fleet.snapshots
      if let failure = PlanChecks.run(plan.moves, on: &hosts, under: fleet.policy) { return failure }
      for verdict in plan.verdicts {
        let host = hosts.first { $0.vms.contains { $0.name == verdict.vm } }?.name
        if host != verdict.target ?? "h1" { return "\(verdict.vm) is on \(host ?? "no host")" }
        if verdict.target == nil, verdict.why.isEmpty { return "\(verdict.vm) stays without a reason" }
      }
      return nil
    }
  }

  @Test("wanted moves are made in a legal order, or named", arguments: seeds)
  func ordering(_ seed: UInt64) {
    let source = SeededRandomSource(seed: seed)
    let fleet = SmallFleet(seed: seed, hosts: 3...5, vms: 14, hasRules: false)
    let picks = Dictionary(uniqueKeysWithValues: fleet.vms.map { ($0.name, source.element(of: fleet.hosts).name) })
    SmallFleet.check(seed, fleet) { fleet in
      let targets = picks.filter { pick in
        fleet.vms.contains { $0.name == pick.key } && fleet.hosts.contains { $0.name == pick.value }
      }
      let order = MoveOrder.order(targets, on: fleet.snapshots)
      var hosts = fleet.snapshots
      if let failure = PlanChecks.run(order.moves, on: &hosts, under: PlacementPolicy()) { return failure }
      let settled = targets.count { target in
        hosts.contains { $0.name == target.value && $0.vms.contains { $0.name == target.key } }
      }
      let named = order.rings.reduce(0) { $0 + $1.count } + order.blocked.count
      return settled + named == targets.count ? nil : "\(settled) settled and \(named) named of \(targets.count)"
    }
  }
}
