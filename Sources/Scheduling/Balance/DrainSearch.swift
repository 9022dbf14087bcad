internal import Fleet

/// The search for a ``DrainPlan``.
struct DrainSearch {
  private var planner: MovePlanner
  private let host: Int
  private let policy: PlacementPolicy
  private let isTight: Bool
  private let others: [Int]
  /// The VMs that have left the host; none of them moves twice.
  private var gone: Set<Int> = []

  init(_ packing: PackingState, _ host: Int, _ policy: PlacementPolicy, _ limits: MoveLimits, isTight: Bool) {
    planner = MovePlanner(packing, leaving: [host], limits: limits)
    self.host = host
    self.policy = policy
    self.isTight = isTight
    others = packing.hosts.indices.filter { $0 != host }
  }

  private var name: String { planner.packing.hosts[host].name }

  /// The plan, every VM with its verdict.
  mutating func run() -> DrainPlan {
    var verdicts: [DrainPlan.Verdict] = []
    let packing = planner.packing
    let order = packing.placedOn[host].sorted { left, right in
      let (a, b) = (packing.vms[left], packing.vms[right])
      return a.size.memory == b.size.memory ? a.name < b.name : a.size.memory > b.size.memory
    }
    for vm in order { verdicts.append(verdict(vm)) }
    return DrainPlan(host: name, verdicts: verdicts.sorted { $0.vm < $1.vm }, moves: planner.moves)
  }

  private mutating func verdict(_ vm: Int) -> DrainPlan.Verdict {
    let packedVM = planner.packing.vms[vm]
    func stays(_ why: String, _ refused: [Refusal] = []) -> DrainPlan.Verdict {
      DrainPlan.Verdict(vm: packedVM.name, target: nil, isLive: false, why: why, refused: refused)
    }
    if let obstacle = planner.migration.obstacle(packedVM, on: name) {
      return stays(planner.packing.placed[vm].isManaged ? obstacle : "Roost does not manage it")
    }
    guard planner.mayMove else { return stays("the plan has its \(planner.limits.moves) moves") }
    if let target = target(vm) {
      return goes(vm, to: target, why: "")
    }
    if let room = makeRoom(vm) {
      let (other, target, next) = room
      let words = "\(planner.packing.vms[other].name) makes room on \(planner.packing.hosts[target].name) first"
      planner.move(other, to: next, why: "makes room for \(packedVM.name)")
      return goes(vm, to: target, why: words)
    }
    return stays("no other host takes it", refusals(vm))
  }

  private mutating func goes(_ vm: Int, to target: Int, why: String) -> DrainPlan.Verdict {
    planner.move(vm, to: target, why: "\(name) is being drained")
    gone.insert(vm)
    let packedVM = planner.packing.vms[vm]
    return DrainPlan.Verdict(
      vm: packedVM.name, target: planner.packing.hosts[target].name, isLive: packedVM.isRunning, why: why, refused: [])
  }

  private func target(_ vm: Int) -> Int? {
    guard isTight else { return planner.bestTarget(vm, among: others)?.host }
    let size = planner.packing.vms[vm].size
    let legal = others.filter { planner.isLegal(vm, to: $0) }
    return legal.min { left, right in
      let (a, b) = (rest(left, size), rest(right, size))
      return a == b ? left < right : a < b
    }
  }

  private func rest(_ host: Int, _ size: Resources) -> Double {
    (planner.packing.free[host] - size).share(of: planner.packing.limit[host])
  }

  /// A VM on another host that can move to a third host and so makes room for this one: the one with the least memory.
  private func makeRoom(_ vm: Int) -> (other: Int, target: Int, next: Int)? {
    guard planner.moves.count + 2 <= planner.limits.moves else { return nil }
    var best: (other: Int, target: Int, next: Int)?
    for target in others where planner.packing.allows(planner.packing.vms[vm].shape, target) {
      for other in planner.packing.placedOn[target] where !gone.contains(other) {
        let memory = planner.packing.vms[other].size.memory
        guard planner.migration.obstacle(planner.packing.vms[other], on: "") == nil,
          best.map({ memory < planner.packing.vms[$0.other].size.memory }) ?? true,
          let next = planner.bestTarget(other, among: others)?.host
        else { continue }
        var after = planner
        after.move(other, to: next, why: "")
        if after.isLegal(vm, to: target) { best = (other, target, next) }
      }
    }
    return best
  }

  /// Why each host refuses the VM at this point of the plan.
  private func refusals(_ vm: Int) -> [Refusal] {
    let request = planner.packing.placed[vm].request
    let hosts = planner.packing.snapshots
    let from = hosts[host]
    let decision = Placement.decide(request, on: hosts, under: PlacementPolicy(rules: policy.rules))
    let moving = decision.ranking.compactMap { ranked -> Refusal? in
      guard let to = hosts.first(where: { $0.name == ranked.host }), to.name != from.name else { return nil }
      return MigrationFilter.refusal(request, from: from, to: to)
    }
    return (decision.refused.filter { $0.host != from.name } + moving).sorted { $0.host < $1.host }
  }
}
