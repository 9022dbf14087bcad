internal import Fleet

/// How unevenly the hosts are used, updated move by move.
///
/// The score is the sum of the standard deviations of the reserved shares of CPUs, memory and disk over the hosts that
/// take work, plus ``hardPenalty`` for each VM that breaks a hard rule or is on a host being drained, plus
/// ``softPenalty`` for each VM that breaks a soft one. Lower is better; 0 is even.
struct Imbalance {
  /// The penalty for a VM where it may not be; larger than any deviation.
  static let hardPenalty = 10.0
  /// The penalty for a VM that breaks a soft rule.
  static let softPenalty = 0.1

  /// True for hosts that take work, whose shares count.
  let counts: [Bool]
  /// True for hosts that VMs should leave.
  let isLeft: [Bool]
  private let weight: Double
  private let scale: [SIMD3<Double>]
  private var used: [SIMD3<Double>]
  private var sum = SIMD3<Double>()
  private var squares = SIMD3<Double>()

  init(_ packing: PackingState, leaving: Set<Int> = []) {
    let isLeft = packing.hosts.indices.map { packing.hosts[$0].state == .draining || leaving.contains($0) }
    let counts = packing.hosts.indices.map {
      packing.hosts[$0].isCurrent && packing.hosts[$0].state == .ready && !isLeft[$0]
    }
    let scale = packing.limit.map { limit in
      SIMD3(
        limit.vcpus > 0 ? 1 / Double(limit.vcpus) : 0, limit.memory > 0 ? 1 / Double(limit.memory) : 0,
        limit.disk > 0 ? 1 / Double(limit.disk) : 0)
    }
    self.isLeft = isLeft
    self.counts = counts
    self.scale = scale
    weight = 1 / Double(max(1, counts.count { $0 }))
    used = packing.hosts.indices.map { Self.vector(packing.limit[$0] - packing.free[$0]) * scale[$0] }
    for host in packing.hosts.indices where counts[host] {
      sum += used[host]
      squares += used[host] * used[host]
    }
    deviation = Self.deviation(sum * weight, squares * weight)
  }

  /// The reserved shares of a host: CPUs, memory, disk.
  func shares(of host: Int) -> SIMD3<Double> { used[host] }

  /// The score without penalties.
  private(set) var deviation = 0.0

  /// How much ``deviation`` grows if a VM of this size moves from one host to another; negative is better.
  func change(_ size: Resources, from: Int, to: Int) -> Double {
    var (sum, squares) = (sum, squares)
    let vector = Self.vector(size)
    if counts[from] { Self.add(-vector * scale[from], to: used[from], &sum, &squares) }
    if counts[to] { Self.add(vector * scale[to], to: used[to], &sum, &squares) }
    return Self.deviation(sum * weight, squares * weight) - deviation
  }

  /// Records a move.
  mutating func move(_ size: Resources, from: Int, to: Int) {
    for (host, vector) in [(from, -Self.vector(size)), (to, Self.vector(size))] {
      let step = vector * scale[host]
      if counts[host] { Self.add(step, to: used[host], &sum, &squares) }
      used[host] += step
    }
    deviation = Self.deviation(sum * weight, squares * weight)
  }

  private static func add(
    _ step: SIMD3<Double>, to used: SIMD3<Double>, _ sum: inout SIMD3<Double>, _ squares: inout SIMD3<Double>
  ) {
    sum += step
    squares += step * (used + used + step)
  }

  private static func deviation(_ mean: SIMD3<Double>, _ squares: SIMD3<Double>) -> Double {
    let variance = squares - mean * mean
    return root(variance.x) + root(variance.y) + root(variance.z)
  }

  /// A variance this small is a rounding error of zero.
  private static func root(_ variance: Double) -> Double { variance < 1e-13 ? 0 : variance.squareRoot() }

  private static func vector(_ amount: Resources) -> SIMD3<Double> {
    SIMD3(Double(amount.vcpus), Double(amount.memory), Double(amount.disk))
  }
}

extension Imbalance {
  /// The whole score of a board, from scratch.
  static func score(of packing: PackingState, leaving: Set<Int> = []) -> Double {
    let spread = Imbalance(packing, leaving: leaving)
    var score = spread.deviation
    for host in packing.hosts.indices where spread.isLeft[host] {
      score += hardPenalty * Double(packing.placedOn[host].count { !packing.vms[$0].isTied })
    }
    for rule in packing.rules { score += penalty(of: rule) * Double(breaches(of: rule)) }
    return score
  }

  /// How much the penalties grow if a VM moves to another host, without the rules in `left`.
  func penaltyChange(_ vm: Int, to: Int, on packing: PackingState, but left: [Int] = []) -> Double {
    let from = packing.home[vm]
    var change = (isLeft[to] ? Self.hardPenalty : 0) - (isLeft[from] ? Self.hardPenalty : 0)
    for number in packing.vms[vm].rules where !left.contains(number) {
      let rule = packing.rules[number]
      let (old, new) = (rule.place[from], rule.place[to])
      guard old != new else { continue }
      var after = rule
      if old >= 0 { after.members[old] -= 1 }
      if new >= 0 { after.members[new] += 1 }
      change += Self.penalty(of: rule) * Double(Self.breaches(of: after) - Self.breaches(of: rule))
    }
    return change
  }

  private static func penalty(of rule: PackingState.Places) -> Double { rule.rule.isSoft ? softPenalty : hardPenalty }

  /// How many members of a rule's group would have to move to keep it.
  static func breaches(of rule: PackingState.Places) -> Int {
    let placed = rule.members.reduce(0, +)
    let lost = rule.total - placed
    switch rule.rule.kind {
    case .apart: return lost + rule.members.reduce(0) { $0 + max(0, $1 - 1) }
    case .together: return rule.total - (rule.members.max() ?? 0)
    case .spread:
      let even = rule.members.isEmpty ? 0 : (placed + rule.members.count - 1) / rule.members.count
      return lost + rule.members.reduce(0) { $0 + max(0, $1 - even) }
    }
  }
}
