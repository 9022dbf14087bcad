internal import Fleet

/// The search for the most VMs of one size that a fleet takes.
struct FitSearch {
  /// The result.
  struct Result {
    /// How many go to each host.
    var counts: [Int]
    /// An upper bound on the count.
    var atMost: Int
    /// The hosts whose failure sets the bound; empty if none does.
    var witness: [Int] = []
    /// Which failure the fleet does not survive as it is, in words; empty if it survives all.
    var reason = ""
  }

  /// The most VMs counted on one host; a larger number would help no reader.
  static let mostPerHost = 1 << 20
  /// The most ways to spread VMs that are tried one by one to prove a count.
  static let mostWays = 20_000

  /// With more hosts than this, failures of several hosts are judged by ``FailoverHeuristic/outlivesWorst(_:on:)``
  /// alone.
  static let mostWhole = 400

  let packing: PackingState
  private(set) var grown: PackingState
  /// The fleet without any of the counted VMs.
  private let base: FailoverHeuristic
  private let template: Int
  let survive: Int

  init(_ request: PlacementRequest, _ packing: PackingState, survive: Int) {
    self.packing = packing
    self.survive = survive
    grown = packing
    template = grown.append(PlacedVM(request))
    base = FailoverHeuristic(grown)
  }

  var packedVM: PackingState.PackedVM { grown.vms[template] }
  var hardRules: [PackingState.Places] { packedVM.rules.map { grown.rules[$0] }.filter { !$0.rule.isSoft } }

  /// The most VMs that fit while `survive` hosts may fail.
  mutating func run() -> Result {
    let caps = grown.hosts.indices.map(cap)
    guard let bond = hardRules.first(where: { $0.rule.kind == .together }) else { return solve(caps) }
    // A hard rule keeps them in one place: tries each place and takes the best.
    var best = Result(counts: caps.map { _ in 0 }, atMost: 0)
    for place in bond.members.indices {
      let there = caps.indices.map { bond.place[$0] == place ? caps[$0] : 0 }
      guard there.contains(where: { $0 > 0 }) else { continue }
      let result = solve(there)
      let atMost = max(best.atMost, result.atMost)
      if result.counts.reduce(0, +) > best.counts.reduce(0, +) { best = result }
      best.atMost = atMost
    }
    return best
  }

  /// How many VMs a host takes by itself.
  private func cap(_ host: Int) -> Int {
    guard grown.takes(template, host) else { return 0 }
    var cap = grown.free[host].count(of: packedVM.size, most: Self.mostPerHost)
    for extra in packedVM.extras where extra.number > 0 {
      cap = min(cap, grown.extras[host][extra.resource] / extra.number)
    }
    if hardRules.contains(where: { $0.rule.kind == .apart }) { cap = min(cap, 1) }
    return grown.isOneCell(template) ? cells(host, most: cap) : cap
  }

  /// How many VMs the cells of a host take, at most `most`; they take at least one.
  private func cells(_ host: Int, most: Int) -> Int {
    var (good, bad) = (1, most + 1)
    while bad - good > 1 {
      let middle = (good + bad) / 2
      if grown.hasCell(template, host, count: middle) { good = middle } else { bad = middle }
    }
    return good
  }

  private mutating func solve(_ raw: [Int]) -> Result {
    let caps = apart(raw)
    let most = min(caps.reduce(0, +), bound(ofPlaces: raw))
    guard survive > 0 else { return Result(counts: caps, atMost: hardRules.count > 1 ? bound(ofPlaces: raw) : most) }
    var (atMost, witness) = bound(raw)
    let none = caps.map { _ in 0 }
    guard atMost >= 0 else {
      return Result(counts: none, atMost: 0, witness: witness, reason: loss(none)?.detail ?? "")
    }
    atMost = min(atMost, bound(ofPlaces: raw))
    if isUniform { return Result(counts: Self.even(atMost, caps), atMost: atMost, witness: witness) }
    if let loss = loss(none) {
      return Result(counts: none, atMost: loss.isProven ? 0 : atMost, reason: loss.detail)
    }
    var best = reserved(caps, atMost) ?? none
    if best.reduce(0, +) < atMost {
      for spread in spreads(caps.count) {
        let counts = lasting(spread, caps, atMost, over: best.reduce(0, +))
        if counts.reduce(0, +) > best.reduce(0, +) { best = counts }
      }
    }
    if best.reduce(0, +) < atMost, let proven = prove(raw, better: &best) { atMost = proven }
    return Result(counts: best, atMost: atMost, witness: witness)
  }

  /// One VM for each place where rules keep VMs apart, on the host with the most room.
  private func apart(_ caps: [Int]) -> [Int] {
    let rules = hardRules.filter { $0.rule.kind == .apart }
    guard !rules.isEmpty else { return caps }
    var taken: [Set<Int>] = Array(repeating: [], count: rules.count)
    var left = caps.map { _ in 0 }
    let order = caps.indices.sorted {
      let (a, b) = (
        grown.free[$0].count(of: packedVM.size, most: 1 << 40), grown.free[$1].count(of: packedVM.size, most: 1 << 40)
      )
      return (b, $0) < (a, $1)
    }
    for host in order where caps[host] > 0 {
      guard rules.indices.allSatisfy({ !taken[$0].contains(rules[$0].place[host]) }) else { continue }
      for number in rules.indices { taken[number].insert(rules[number].place[host]) }
      left[host] = 1
    }
    return left
  }

  /// An upper bound: one VM for each place of each rule that keeps VMs apart.
  private func bound(ofPlaces caps: [Int]) -> Int {
    var bound = caps.reduce(0, +)
    for rule in hardRules where rule.rule.kind == .apart {
      bound = min(bound, Set(caps.indices.filter { caps[$0] > 0 }.map { rule.place[$0] }).count)
    }
    return bound
  }

  /// True if every VM equals the counted one and no rule applies. Room is then a number of equal slots, and it does not
  /// matter which VM is in which.
  private var isUniform: Bool {
    guard grown.rules.allSatisfy(\.rule.isSoft) else { return false }
    return grown.vms.allSatisfy {
      $0.isTied || ($0.size == packedVM.size && $0.shape == packedVM.shape && $0.extras == packedVM.extras)
    }
  }
}

extension FitSearch {
  /// An upper bound on the count, and the failing hosts that set it. Negative if the present VMs already exceed it.
  ///
  /// The counted VMs and those of the failed hosts must fit on the other hosts. This is checked for slots of the
  /// counted size and for each dimension by itself.
  private func bound(_ caps: [Int]) -> (atMost: Int, witness: [Int]) {
    let worth = grown.hosts.indices.map { host in grown.placedOn[host].reduce(0) { $0 + slots($1) } }
    var (atMost, witness) = spare(zip(caps, worth).map { ($0, $1) }, per: 1)
    let lost = grown.hosts.indices.map { host in
      grown.placedOn[host].reduce(Resources()) { grown.vms[$1].isTied ? $0 : $0 + grown.vms[$1].size }
    }
    for (path, size) in [
      (\Resources.vcpus, packedVM.size.vcpus), (\.memory, packedVM.size.memory), (\.disk, packedVM.size.disk),
    ]
    where size > 0 {
      let pairs = zip(grown.free, lost).map { (max(0, $0[keyPath: path]), $1[keyPath: path]) }
      let (count, hosts) = spare(pairs, per: size)
      if count < atMost { (atMost, witness) = (count, hosts) }
    }
    return (atMost, witness)
  }

  /// What is left after the worst hosts fail: their room is lost, and their VMs need room.
  private func spare(_ hosts: [(room: Int, claim: Int)], per size: Int) -> (Int, [Int]) {
    let order = hosts.indices.sorted {
      let (a, b) = (hosts[$0].room + hosts[$0].claim, hosts[$1].room + hosts[$1].claim)
      return (b, $0) < (a, $1)
    }
    let worst = order.prefix(survive)
    let left = hosts.reduce(0) { $0 + $1.room } - worst.reduce(0) { $0 + hosts[$1].room + hosts[$1].claim }
    return (left >= 0 ? left / size : -1, worst.sorted())
  }

  /// The least number of slots that a VM takes on any host.
  private func slots(_ vm: Int) -> Int {
    let other = grown.vms[vm]
    guard vm != template, !other.isTied, other.shape == packedVM.shape, packedVM.extras.isEmpty, packedVM.rules.isEmpty
    else {
      return 0
    }
    return other.size.count(of: packedVM.size, most: Self.mostPerHost)
  }

  /// The first failure that strands a VM with these counts on the hosts.
  mutating func loss(_ counts: [Int]) -> Survival.Loss? {
    guard !outlives(counts) else { return nil }
    if survive > 1, counts.count > Self.mostWhole {
      return Survival.Loss(hosts: [], stranded: ["some VM"], isProven: false)
    }
    var trial = grown
    for (host, count) in counts.enumerated() {
      for _ in 0..<count { trial.move(trial.append(copyOf: template), to: host) }
    }
    var survival = Survival(trial, survive: survive)
    return survival.firstLoss()
  }

  /// True if a quick check proves that every failure is survived with these counts on the hosts.
  private mutating func outlives(_ counts: [Int]) -> Bool {
    if survive > 1, counts.count > Self.mostWhole {
      return failover(with: counts, isArranged: false).outlivesWorst(survive, on: grown)
    }
    var failover = failover(with: counts)
    // A fleet that survives the failure of several hosts survives that of fewer.
    if survive > 1, survive <= counts.count, failover.outlivesWorst(survive, on: grown) { return true }
    return survive < 2 && counts.indices.allSatisfy { failover.takes([$0], on: grown) }
  }

  /// The quick search with these counts on the hosts.
  func failover(with counts: [Int], isArranged: Bool = true) -> FailoverHeuristic {
    var failover = base
    let vmClass = failover.vmClass(of: packedVM)
    for (host, count) in counts.enumerated() {
      failover.add(vmClass, count, to: host, on: grown, isTied: packedVM.isTied)
    }
    if isArranged { failover.arrange() }
    return failover
  }

  /// The largest count that survives with one spread, between `least` and `atMost`; zeros if none above `least` does.
  private mutating func lasting(
    _ spread: (Int, [Int]) -> [Int], _ caps: [Int], _ atMost: Int, over least: Int
  ) -> [Int] {
    // The bound is met, or nearly, more often than not: ever longer steps down from it, then bisection.
    var bad = min(atMost, caps.reduce(0, +)) + 1
    var (good, step) = (bad - 1, 1)
    // In a large fleet a second spread is tried only if it improves on the first at once.
    if caps.count > Self.mostWhole, least > 0, least < good, loss(spread(least + 1, caps)) != nil {
      return caps.map { _ in 0 }
    }
    while good > least, loss(spread(good, caps)) != nil {
      bad = good
      good = max(least, good - step)
      step *= 2
    }
    guard good > least else { return caps.map { _ in 0 } }
    while bad - good > 1 {
      let middle = (good + bad) / 2
      if loss(spread(middle, caps)) == nil { good = middle } else { bad = middle }
    }
    return spread(good, caps)
  }

  /// Searches all ways to spread VMs, if they are few enough; the exact maximum, or nil if it gave up.
  private mutating func prove(_ caps: [Int], better best: inout [Int]) -> Int? {
    var ways = 1
    for cap in caps {
      ways *= cap + 1
      guard ways <= Self.mostWays else { return nil }
    }
    var counts = caps.map { _ in 0 }
    var isProven = true
    walk(0, caps, &counts, &best, &isProven)
    return isProven ? best.reduce(0, +) : nil
  }

  private mutating func walk(
    _ host: Int, _ caps: [Int], _ counts: inout [Int], _ best: inout [Int], _ isProven: inout Bool
  ) {
    let sum = counts.reduce(0, +)
    guard sum + caps[host...].reduce(0, +) > best.reduce(0, +) else { return }
    guard keepsRules(counts) else { return }
    // More VMs never survive where fewer do not, so this branch ends.
    if host > 0, counts[host - 1] > 0, let loss = loss(counts) {
      isProven = isProven && loss.isProven
      return
    }
    if sum > best.reduce(0, +) { best = counts }
    guard host < caps.count else { return }
    for count in (0...caps[host]).reversed() {
      counts[host] = count
      walk(host + 1, caps, &counts, &best, &isProven)
    }
    counts[host] = 0
  }

  private func keepsRules(_ counts: [Int]) -> Bool {
    hardRules.allSatisfy { rule in
      guard rule.rule.kind == .apart else { return true }
      let places = counts.indices.filter { counts[$0] > 0 }.map { rule.place[$0] }
      return Set(places).count == counts.reduce(0, +)
    }
  }

  /// Spreads VMs over the hosts in proportion to their caps.
  static func even(_ count: Int, _ caps: [Int]) -> [Int] {
    let sum = caps.reduce(0, +)
    guard count > 0, sum > 0 else { return caps.map { _ in 0 } }
    var counts = caps.map { Int(Double($0) * Double(count) / Double(sum)) }
    var left = count - counts.reduce(0, +)
    // The remainder of the rounding goes to the hosts with the most left.
    let order = caps.indices.sorted { (caps[$1] - counts[$1], $0) < (caps[$0] - counts[$0], $1) }
    while left != 0 {
      let before = left
      for host in order where left != 0 {
        if left > 0, counts[host] < caps[host] {
          counts[host] += 1
          left -= 1
        } else if left < 0, counts[host] > 0 {
          counts[host] -= 1
          left += 1
        }
      }
      guard left != before else { break }
    }
    return counts
  }

  /// Fills the hosts with the lowest caps first, so that the largest stay free.
  static func packed(_ count: Int, _ caps: [Int]) -> [Int] {
    var left = count
    var counts = caps.map { _ in 0 }
    for host in caps.indices.sorted(by: { (caps[$0], $0) < (caps[$1], $1) }) {
      counts[host] = min(left, caps[host])
      left -= counts[host]
    }
    return counts
  }
}
