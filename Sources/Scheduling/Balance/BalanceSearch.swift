internal import Fleet

/// The search for the moves of a ``BalancePlan``.
struct BalanceSearch {
  /// With more pairs of VM and target than this, a round examines the fullest and the emptiest hosts first.
  static let mostPairs = 40_000
  /// How many of the fullest and of the emptiest hosts are examined first, for each of CPUs, memory and disk.
  static let shortlist = 16

  private(set) var planner: MovePlanner
  /// For each host, one VM of each sort: the cheapest one to move.
  private(set) var sorts: [[Int]] = []
  /// The hosts that may receive VMs.
  private(set) var targets: [Int] = []
  private var stuck: [Refusal] = []
  /// A number for each likeness of hosts, as a source and as a target of a move.
  private var known: [Likeness: Int] = [:]
  private(set) var sources: [Int] = []
  /// How many exchanges have been examined.
  var looks = 0
  private var goals: [Int] = []

  /// The properties of a VM that matter to a move.
  private struct Sort: Hashable {
    let size: Resources
    let shape: Int
    let extras: [PackingState.CountedResource]
    let isRunning: Bool
    /// The VM itself if a rule applies to it, else -1.
    let alone: Int
  }

  /// The properties of a host that matter to a move.
  private struct Likeness: Hashable {
    let kind: Int
    let limit: Resources
    let free: Resources
    let extras: [Int]
    var sorts: [Sort]
    /// The host itself if it is unlike every other, else a number below zero.
    var alone: Int
  }

  private let hasCells: Bool

  private struct Choice {
    let vm: Int
    let host: Int
    let change: Double
    let cost: Int
  }

  init(_ planner: MovePlanner) {
    self.planner = planner
    hasCells = planner.packing.hasCells
    targets = planner.packing.hosts.indices.filter { planner.spread.counts[$0] }
  }

  /// Plans until nothing is left to gain.
  mutating func run() -> BalancePlan {
    let before = planner.score
    // Evening may have made room for a stuck VM; every round lowers the score, so the rounds end.
    var count = -1
    while count != planner.moves.count {
      count = planner.moves.count
      stuck = []
      leave()
      repairRules()
      if count == 0 || count != planner.moves.count { even() }
    }
    return BalancePlan(
      moves: planner.moves, scoreBefore: before, scoreAfter: planner.moves.isEmpty ? before : planner.score,
      stuck: stuck)
  }

  /// Makes the move that evens most, until none gains enough.
  private mutating func even() {
    let count = planner.packing.hosts.count
    (sorts, sources, goals) = (
      Array(repeating: [], count: count), Array(repeating: 0, count: count), Array(repeating: 0, count: count)
    )
    for host in targets { refresh(host) }
    while planner.mayMove {
      if let choice = best() {
        let from = planner.packing.home[choice.vm]
        planner.move(choice.vm, to: choice.host, why: why(choice, from))
        refresh(from)
        refresh(choice.host)
      } else if let exchange = bestExchange(), planner.moves.count + exchange.steps.count <= planner.limits.moves {
        for step in exchange.steps { planner.move(step.vm, to: step.host, why: step.why) }
        for host in Set(exchange.steps.map(\.host)).sorted() { refresh(host) }
      } else {
        break
      }
    }
  }

  /// Moves VMs off hosts that are being drained, the largest first.
  private mutating func leave() {
    for host in planner.packing.hosts.indices where planner.spread.isLeft[host] {
      let name = planner.packing.hosts[host].name
      for vm in bySize(planner.packing.placedOn[host]) {
        move(vm, why: "\(name) is being drained", rule: "drain")
      }
    }
  }

  /// Moves VMs that break a hard rule to hosts where they keep it.
  private mutating func repairRules() {
    for number in planner.packing.rules.indices where !planner.packing.rules[number].rule.isSoft {
      let group = planner.packing.vms.indices.filter { planner.packing.vms[$0].rules.contains(number) }
      for vm in bySize(group).reversed() {
        guard Imbalance.breaches(of: planner.packing.rules[number]) > 0 else { break }
        let rule = planner.packing.rules[number]
        let home = planner.packing.home[vm]
        guard home >= 0, rule.place[home] < 0 || isOneTooMany(rule, rule.place[home]) else { continue }
        let why =
          "\(rule.rule.kind.rawValue): group \"\(rule.rule.group.printable)\" "
          + rule.rule.words(for: rule.rule.place(of: planner.packing.hosts[home]) ?? "no such place")
        move(vm, why: why, rule: rule.rule.kind.rawValue)
      }
    }
  }

  private func isOneTooMany(_ rule: PackingState.Places, _ place: Int) -> Bool {
    rule.rule.kind == .apart ? rule.members[place] > 1 : rule.members[place] < (rule.members.max() ?? 0)
  }

  private mutating func move(_ vm: Int, why: String, rule: String) {
    let host = planner.packing.hosts[planner.packing.home[vm]].name
    let name = planner.packing.vms[vm].name
    if let obstacle = planner.migration.obstacle(planner.packing.vms[vm], on: host) {
      stuck.append(Refusal(host: host, rule: rule, detail: "\(name) stays: \(obstacle)"))
    } else if let target = planner.bestTarget(vm, among: targets), target.change < 0 {
      if planner.mayMove { planner.move(vm, to: target.host, why: why) }
    } else {
      stuck.append(Refusal(host: host, rule: rule, detail: "\(name) stays: no other host takes it"))
    }
  }

  private func bySize(_ vms: [Int]) -> [Int] {
    vms.sorted { left, right in
      let (a, b) = (planner.packing.vms[left], planner.packing.vms[right])
      return a.size.memory == b.size.memory ? a.name < b.name : a.size.memory > b.size.memory
    }
  }

  private func sort(of vm: Int) -> Sort {
    let packedVM = planner.packing.vms[vm]
    return Sort(
      size: packedVM.size, shape: packedVM.shape, extras: packedVM.extras, isRunning: packedVM.isRunning,
      alone: packedVM.rules.isEmpty ? -1 : vm)
  }

  private func sorts(of host: Int) -> [Int] {
    guard planner.spread.counts[host] else { return [] }
    var best: [Sort: Int] = [:]
    for vm in planner.packing.placedOn[host] {
      let packedVM = planner.packing.vms[vm]
      guard planner.migration.obstacle(packedVM, on: "") == nil else { continue }
      let sort = sort(of: vm)
      guard let other = best[sort] else {
        best[sort] = vm
        continue
      }
      let rival = planner.packing.vms[other]
      if (packedVM.dirtyBytesPerSecond, packedVM.name) < (rival.dirtyBytesPerSecond, rival.name) { best[sort] = vm }
    }
    return best.values.sorted { planner.packing.vms[$0].name < planner.packing.vms[$1].name }
  }

  /// The move that lowers the score most; nil if none does by enough.
  private func best() -> Choice? {
    let (sources, goals) = (unlike(sources), unlike(goals))
    let pairs = sources.reduce(0) { $0 + sorts[$1].count } * goals.count
    guard pairs > Self.mostPairs else { return best(sources, goals) }
    return best(ends(sources, fullest: true), ends(goals, fullest: false)) ?? best(sources, goals)
  }

  /// The first host for each number.
  func unlike(_ numbers: [Int]) -> [Int] {
    var isKnown = Array(repeating: false, count: known.count)
    return targets.filter { host in
      defer { isKnown[numbers[host]] = true }
      return !isKnown[numbers[host]]
    }
  }

  /// Computes a host's sorts and numbers again after a move.
  private mutating func refresh(_ host: Int) {
    sorts[host] = sorts(of: host)
    let packing = planner.packing
    var likeness = Likeness(
      kind: packing.kinds.of[host], limit: packing.limit[host], free: packing.free[host], extras: packing.extras[host],
      sorts: sorts[host].map(sort(of:)), alone: -1)
    sources[host] = number(of: likeness)
    likeness.sorts = []
    // As targets, hosts that rules or cells distinguish are all different.
    likeness.alone = packing.rules.isEmpty && !hasCells ? -2 : host
    goals[host] = number(of: likeness)
  }

  private mutating func number(of likeness: Likeness) -> Int {
    if let number = known[likeness] { return number }
    known[likeness] = known.count
    return known.count - 1
  }

  func ends(_ hosts: [Int], fullest: Bool, _ count: Int = shortlist) -> [Int] {
    var ends: Set<Int> = []
    for part in 0..<3 {
      let order = hosts.sorted {
        let (a, b) = (planner.spread.shares(of: $0)[part], planner.spread.shares(of: $1)[part])
        return a == b ? $0 < $1 : (a > b) == fullest
      }
      ends.formUnion(order.prefix(count))
    }
    return ends.sorted()
  }

  private func best(_ sources: [Int], _ goals: [Int]) -> Choice? {
    var best: Choice?
    for source in sources {
      for vm in sorts[source] {
        let packedVM = planner.packing.vms[vm]
        let (size, cost) = (packedVM.size, packedVM.size.memory)
        let isPlain = packedVM.rules.isEmpty && !planner.spread.isLeft[source]
        for goal in goals where goal != source {
          let change = isPlain ? planner.spread.change(size, from: source, to: goal) : planner.change(vm, to: goal)
          guard change < -planner.limits.leastGain, isBetter(change, cost, than: best),
            planner.isLegal(vm, to: goal)
          else { continue }
          best = Choice(vm: vm, host: goal, change: change, cost: cost)
        }
      }
    }
    return best
  }

  /// True if the move gains more, or as much with less memory sent.
  private func isBetter(_ change: Double, _ cost: Int, than best: Choice?) -> Bool {
    guard let best else { return true }
    if abs(change - best.change) <= 1e-12 { return cost < best.cost }
    return change < best.change
  }

  /// The dimension in which the hosts differ most, with its numbers.
  private func why(_ choice: Choice, _ from: Int) -> String {
    let (old, new) = (planner.spread.shares(of: from), planner.spread.shares(of: choice.host))
    let difference = old - new
    let parts = ["vCPUs", "memory", "disk"]
    var part = 0
    for other in 1..<3 where difference[other] > difference[part] + 1e-12 { part = other }
    let (a, b) = (planner.packing.hosts[from].name, planner.packing.hosts[choice.host].name)
    return "\(a) has \(Self.percent(old[part])) of its \(parts[part]) reserved, \(b) \(Self.percent(new[part]))"
  }

  private static func percent(_ share: Double) -> String {
    "\(Int((min(max(share, 0), 1e6) * 100).rounded()))%"
  }
}
