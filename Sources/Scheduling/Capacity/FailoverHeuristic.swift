internal import Fleet

/// Finds hosts for the VMs of failed hosts quickly: each VM goes to the tightest host known to have room, without
/// backtracking. A failure here proves nothing; ``FailoverSearch`` searches thoroughly.
struct FailoverHeuristic: Sendable {
  /// The properties of VMs that matter to a host; equal VMs are of one sort.
  struct VMClass: Hashable, Sendable {
    let size: Resources
    let shape: Int
    let extras: [PackingState.CountedResource]
    /// The indices of the hard rules that apply to them.
    let rules: [Int]
  }

  /// A number of VMs of one sort.
  struct VMCount: Sendable {
    let sort: Int
    var count: Int
  }

  /// A number of VMs of one sort that go to a host.
  struct Step: Sendable {
    let sort: Int
    let count: Int
    let host: Int
  }

  /// Hosts known to take a sort, the tightest first.
  private struct Known: Sendable {
    var hosts: [Int] = []
    /// True if no other host takes the sort.
    var isAll = false
  }

  /// The most hosts with new room that are examined one by one; with more, the known hosts are searched anew.
  private static let mostGrown = 32
  /// How many hosts that are tighter than a VM's largest share are examined for each sort.
  private static let mostTight = 192

  private(set) var sorts: [VMClass] = []
  /// The VMs of each host that are not tied to it, the largest first.
  private(set) var lots: [[VMCount]] = []
  /// The free room of each host.
  private(set) var free: [Resources]
  private var extras: [[Int]]
  private var members: [[Int]]
  private var totals: [Int]
  private var numbers: [VMClass: Int] = [:]
  private var shares: [Double] = []
  private var known: [Known?] = []
  private var grown: [Int] = []
  private var isFailed: [Bool]
  private let hard: [Bool]
  /// Hosts by their scarcest share, the fullest first, and those shares.
  private var order: [Int] = []
  private var keys: [Double] = []
  private let largest: Resources
  private var mostLost = 0

  init(_ packing: PackingState) {
    free = packing.free
    extras = packing.extras
    members = packing.rules.map(\.members)
    totals = packing.rules.map(\.total)
    hard = packing.rules.map { !$0.rule.isSoft }
    isFailed = packing.hosts.map { _ in false }
    largest = packing.limit.reduce(Resources()) { $0.most($1) }
    lots = packing.placedOn.map { _ in [] }
    for host in packing.hosts.indices {
      for vm in packing.placedOn[host] where !packing.vms[vm].isTied { join(sort(of: packing.vms[vm]), 1, host) }
      arrangeLots(of: host)
    }
    arrange()
  }

  /// The index of a VM's sort, added if it is new.
  mutating func sort(of vm: PackingState.PackedVM) -> Int {
    let sort = VMClass(
      size: vm.size, shape: vm.shape, extras: vm.extras, rules: vm.rules.isEmpty ? [] : vm.rules.filter { hard[$0] })
    if let number = numbers[sort] { return number }
    numbers[sort] = sorts.count
    sorts.append(sort)
    shares.append(vm.size.share(of: largest))
    known.append(nil)
    return sorts.count - 1
  }

  /// True if only room decides whether a host takes the sort.
  func isPlain(_ sort: Int) -> Bool { sorts[sort].extras.isEmpty && sorts[sort].rules.isEmpty }

  /// Adds VMs to a host permanently, or removes them with a negative count.
  mutating func add(_ sort: Int, _ count: Int, to host: Int, on packing: PackingState, isTied: Bool = false) {
    guard count != 0 else { return }
    take(sort, count, host, on: packing)
    if count < 0 {
      if !grown.contains(host) { grown.append(host) }
      if grown.count > Self.mostGrown { forget() }
    }
    guard !isTied else { return }
    join(sort, count, host)
    arrangeLots(of: host)
  }

  /// Sorts the hosts again; worth it after many have changed.
  mutating func arrange() {
    let shares = free.map(scarcest)
    order = free.indices.sorted { (shares[$0], $0) < (shares[$1], $1) }
    keys = order.map { shares[$0] }
    forget()
  }

  private mutating func forget() {
    grown = []
    for sort in known.indices { known[sort] = nil }
  }

  private mutating func join(_ sort: Int, _ count: Int, _ host: Int) {
    if let index = lots[host].firstIndex(where: { $0.sort == sort }) {
      lots[host][index].count += count
      if lots[host][index].count <= 0 { lots[host].remove(at: index) }
    } else if count > 0 {
      lots[host].append(VMCount(sort: sort, count: count))
    }
  }

  private mutating func arrangeLots(of host: Int) {
    Self.sort(&lots[host], by: shares)
    mostLost = max(mostLost, lots[host].reduce(0) { $0 + $1.count })
  }

  private static func sort(_ lots: inout [VMCount], by shares: [Double]) {
    lots.sort { left, right in
      let (a, b) = (shares[left.sort], shares[right.sort])
      return a == b ? left.sort < right.sort : a > b
    }
  }

  /// The hosts that had most room when they were sorted.
  func roomiest(_ count: Int) -> ArraySlice<Int> { order.suffix(count) }

  /// The smallest of the free shares.
  func scarcest(_ free: Resources) -> Double {
    func share(_ part: Int, _ whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : .infinity }
    return min(share(free.vcpus, largest.vcpus), share(free.memory, largest.memory), share(free.disk, largest.disk))
  }
}

extension FailoverHeuristic {
  /// Where the VMs of failed hosts go; nil if one finds no host.
  ///
  /// For a sort without a host, `mend` may make room and return the host that has it.
  mutating func steps(
    after failed: [Int], on packing: PackingState, mend: (inout FailoverHeuristic, Int) -> Int? = { _, _ in nil }
  ) -> [Step]? {
    for host in failed { isFailed[host] = true }
    release(failed, on: packing, by: -1)
    var steps: [Step] = []
    defer {
      for step in steps.reversed() { take(step.sort, -step.count, step.host, on: packing) }
      release(failed, on: packing, by: 1)
      for host in failed { isFailed[host] = false }
    }
    for lot in lost(with: failed) {
      var left = place(lot, &steps, on: packing)
      while left > 0, let host = mend(&self, lot.sort) {
        let count = put(lot.sort, left, on: host, packing)
        guard count > 0 else { return nil }
        steps.append(Step(sort: lot.sort, count: count, host: host))
        left -= count
      }
      guard left == 0 else { return nil }
    }
    return steps
  }

  /// True if the quick search finds hosts for all VMs of the failed hosts.
  mutating func takes(_ failed: [Int], on packing: PackingState) -> Bool { steps(after: failed, on: packing) != nil }

  /// All VMs of the failed hosts, the largest first.
  private func lost(with failed: [Int]) -> [VMCount] {
    guard failed.count != 1 else { return lots[failed[0]] }
    var all = failed.flatMap { lots[$0] }
    Self.sort(&all, by: shares)
    return all
  }

  /// Places a lot of VMs; returns how many found no host.
  private mutating func place(_ lot: VMCount, _ steps: inout [Step], on packing: PackingState) -> Int {
    var left = lot.count
    func visit(_ hosts: [Int], _ failover: inout FailoverHeuristic) {
      for host in hosts where left > 0 {
        let count = failover.put(lot.sort, left, on: host, packing)
        guard count > 0 else { continue }
        steps.append(Step(sort: lot.sort, count: count, host: host))
        left -= count
      }
    }
    if let known = known[lot.sort] {
      visit(known.hosts, &self)
      if left > 0 { visit(grown, &self) }
      guard left > 0, !known.isAll else { return left }
    }
    known[lot.sort] = find(lot.sort, steps, on: packing)
    visit(known[lot.sort]?.hosts ?? [], &self)
    if left > 0, known[lot.sort]?.isAll == false { visit(order, &self) }
    return left
  }

  /// Finds hosts that take a sort: those whose free share is surely large enough, and some tighter ones.
  private func find(_ sort: Int, _ steps: [Step], on packing: PackingState) -> Known {
    let wanted = mostLost + 16
    var (low, high) = (0, keys.count)
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < shares[sort] { low = middle + 1 } else { high = middle }
    }
    let start = max(0, low - Self.mostTight)
    var known = Known(hosts: [], isAll: true)
    for position in start..<order.count where fits(sort, order[position], on: packing) {
      guard known.hosts.count < wanted else {
        known.isAll = false
        break
      }
      known.hosts.append(order[position])
    }
    if known.isAll {
      for position in (0..<start).reversed() where fits(sort, order[position], on: packing) {
        guard known.hosts.count < wanted else {
          known.isAll = false
          break
        }
        known.hosts.append(order[position])
      }
    }
    // Hosts that earlier steps of this failure use may have room in the next search.
    for host in Set(steps.map(\.host)).subtracting(known.hosts).sorted() { known.hosts.append(host) }
    return known
  }

  private func fits(_ sort: Int, _ host: Int, on packing: PackingState) -> Bool {
    sorts[sort].size.fits(in: free[host]) && packing.allows(sorts[sort].shape, host)
  }

  /// Puts at most `most` VMs on a host; returns how many fit.
  private mutating func put(_ sort: Int, _ most: Int, on host: Int, _ packing: PackingState) -> Int {
    guard !isFailed[host], fits(sort, host, on: packing) else { return 0 }
    var count = most > 1 ? free[host].count(of: sorts[sort].size, most: most) : 1
    if !isPlain(sort) {
      guard keepsRules(sort, host, on: packing) else { return 0 }
      if sorts[sort].rules.contains(where: { packing.rules[$0].rule.kind == .apart }) { count = min(count, 1) }
      for extra in sorts[sort].extras where extra.number > 0 {
        guard extra.resource < extras[host].count else { return 0 }
        count = min(count, extras[host][extra.resource] / extra.number)
      }
    }
    // VMs that must fit into one NUMA cell are left to ``FailoverSearch``.
    guard count > 0, !packing.shapes[sorts[sort].shape].request.constraints.oneCell else { return 0 }
    take(sort, count, host, on: packing)
    return count
  }

  /// True if one more VM of the sort breaks no hard rule on the host.
  func keepsRules(_ sort: Int, _ host: Int, on packing: PackingState) -> Bool {
    sorts[sort].rules.allSatisfy { number in
      let place = packing.rules[number].place[host]
      guard place >= 0 else { return false }
      switch packing.rules[number].rule.kind {
      case .apart: return members[number][place] == 0
      case .together: return totals[number] == 0 || members[number][place] > 0
      case .spread: return true
      }
    }
  }

  /// True if the host has enough counted resources for one more VM of the sort.
  func hasExtras(_ sort: Int, _ host: Int) -> Bool {
    sorts[sort].extras.allSatisfy { $0.resource < extras[host].count && extras[host][$0.resource] >= $0.number }
  }

  private mutating func take(_ sort: Int, _ count: Int, _ host: Int, on packing: PackingState) {
    free[host] -= sorts[sort].size.times(count)
    guard !isPlain(sort) else { return }
    for extra in sorts[sort].extras where extra.resource < extras[host].count {
      extras[host][extra.resource] -= extra.number * count
    }
    tally(sort, count, host, on: packing)
  }

  private mutating func tally(_ sort: Int, _ count: Int, _ host: Int, on packing: PackingState) {
    for number in sorts[sort].rules {
      totals[number] += count
      let place = packing.rules[number].place[host]
      if place >= 0 { members[number][place] += count }
    }
  }

  /// Subtracts the members on failed hosts from the rules' counts, or adds them again.
  private mutating func release(_ failed: [Int], on packing: PackingState, by sign: Int) {
    guard !hard.isEmpty else { return }
    for host in failed {
      for lot in lots[host] where !sorts[lot.sort].rules.isEmpty {
        tally(lot.sort, sign * lot.count, host, on: packing)
      }
    }
  }
}
