internal import Fleet

/// Finds hosts for the VMs of failed hosts quickly: each VM goes to the tightest host known to have room, without
/// backtracking. A failure here proves nothing; ``FailoverSearch`` searches thoroughly.
struct FailoverHeuristic: Sendable {
  /// The properties of VMs that matter to a host; equal VMs are of one class.
  struct VMClass: Hashable, Sendable {
    let size: Resources
    let shape: Int
    let extras: [PackingState.CountedResource]
    /// The indices of the hard rules that apply to them.
    let rules: [Int]
  }

  /// A number of VMs of one class.
  struct VMCount: Sendable {
    let vmClass: Int
    var count: Int
  }

  /// A number of VMs of one class that go to a host.
  struct Step: Sendable {
    let vmClass: Int
    let count: Int
    let host: Int
  }

  /// Hosts known to take a class, the tightest first.
  private struct Known: Sendable {
    var hosts: [Int] = []
    /// True if no other host takes the class.
    var isAll = false
  }

  /// The most hosts with new room that are examined one by one; with more, the known hosts are searched anew.
  private static let mostGrown = 32
  /// How many hosts that are tighter than a VM's largest share are examined for each class.
  private static let mostTight = 192

  private(set) var classes: [VMClass] = []
  /// The VMs of each host that are not tied to it, the largest first.
  private(set) var counts: [[VMCount]] = []
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
    counts = packing.placedOn.map { _ in [] }
    for host in packing.hosts.indices {
      for vm in packing.placedOn[host] where !packing.vms[vm].isTied { join(vmClass(of: packing.vms[vm]), 1, host) }
      arrangeCounts(of: host)
    }
    arrange()
  }

  /// The index of a VM's class, added if it is new.
  mutating func vmClass(of vm: PackingState.PackedVM) -> Int {
    let vmClass = VMClass(
      size: vm.size, shape: vm.shape, extras: vm.extras, rules: vm.rules.isEmpty ? [] : vm.rules.filter { hard[$0] })
    if let number = numbers[vmClass] { return number }
    numbers[vmClass] = classes.count
    classes.append(vmClass)
    shares.append(vm.size.share(of: largest))
    known.append(nil)
    return classes.count - 1
  }

  /// True if only room decides whether a host takes the class.
  func isPlain(_ vmClass: Int) -> Bool { classes[vmClass].extras.isEmpty && classes[vmClass].rules.isEmpty }

  /// Adds VMs to a host permanently, or removes them with a negative count.
  mutating func add(_ vmClass: Int, _ count: Int, to host: Int, on packing: PackingState, isTied: Bool = false) {
    guard count != 0 else { return }
    take(vmClass, count, host, on: packing)
    if count < 0 {
      if !grown.contains(host) { grown.append(host) }
      if grown.count > Self.mostGrown { forget() }
    }
    guard !isTied else { return }
    join(vmClass, count, host)
    arrangeCounts(of: host)
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
    for vmClass in known.indices { known[vmClass] = nil }
  }

  private mutating func join(_ vmClass: Int, _ count: Int, _ host: Int) {
    if let index = counts[host].firstIndex(where: { $0.vmClass == vmClass }) {
      counts[host][index].count += count
      if counts[host][index].count <= 0 { counts[host].remove(at: index) }
    } else if count > 0 {
      counts[host].append(VMCount(vmClass: vmClass, count: count))
    }
  }

  private mutating func arrangeCounts(of host: Int) {
    Self.sort(&counts[host], by: shares)
    mostLost = max(mostLost, counts[host].reduce(0) { $0 + $1.count })
  }

  private static func sort(_ counts: inout [VMCount], by shares: [Double]) {
    counts.sort { left, right in
      let (a, b) = (shares[left.vmClass], shares[right.vmClass])
      return a == b ? left.vmClass < right.vmClass : a > b
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
  /// For a class without a host, `makeRoom` may make room and return the host that has it.
  mutating func steps(
    after failed: [Int], on packing: PackingState, makeRoom: (inout FailoverHeuristic, Int) -> Int? = { _, _ in nil }
  ) -> [Step]? {
    for host in failed { isFailed[host] = true }
    release(failed, on: packing, by: -1)
    var steps: [Step] = []
    defer {
      for step in steps.reversed() { take(step.vmClass, -step.count, step.host, on: packing) }
      release(failed, on: packing, by: 1)
      for host in failed { isFailed[host] = false }
    }
    for group in lost(with: failed) {
      var left = place(group, &steps, on: packing)
      while left > 0, let host = makeRoom(&self, group.vmClass) {
        let count = put(group.vmClass, left, on: host, packing)
        guard count > 0 else { return nil }
        steps.append(Step(vmClass: group.vmClass, count: count, host: host))
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
    guard failed.count != 1 else { return counts[failed[0]] }
    var all = failed.flatMap { counts[$0] }
    Self.sort(&all, by: shares)
    return all
  }

  /// Places VMs of one class; returns how many found no host.
  private mutating func place(_ group: VMCount, _ steps: inout [Step], on packing: PackingState) -> Int {
    var left = group.count
    func visit(_ hosts: [Int], _ failover: inout FailoverHeuristic) {
      for host in hosts where left > 0 {
        let count = failover.put(group.vmClass, left, on: host, packing)
        guard count > 0 else { continue }
        steps.append(Step(vmClass: group.vmClass, count: count, host: host))
        left -= count
      }
    }
    if let known = known[group.vmClass] {
      visit(known.hosts, &self)
      if left > 0 { visit(grown, &self) }
      guard left > 0, !known.isAll else { return left }
    }
    known[group.vmClass] = find(group.vmClass, steps, on: packing)
    visit(known[group.vmClass]?.hosts ?? [], &self)
    if left > 0, known[group.vmClass]?.isAll == false { visit(order, &self) }
    return left
  }

  /// Finds hosts that take a class: those whose free share is surely large enough, and some tighter ones.
  private func find(_ vmClass: Int, _ steps: [Step], on packing: PackingState) -> Known {
    let wanted = mostLost + 16
    var (low, high) = (0, keys.count)
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < shares[vmClass] { low = middle + 1 } else { high = middle }
    }
    let start = max(0, low - Self.mostTight)
    var known = Known(hosts: [], isAll: true)
    for position in start..<order.count where fits(vmClass, order[position], on: packing) {
      guard known.hosts.count < wanted else {
        known.isAll = false
        break
      }
      known.hosts.append(order[position])
    }
    if known.isAll {
      for position in (0..<start).reversed() where fits(vmClass, order[position], on: packing) {
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

  private func fits(_ vmClass: Int, _ host: Int, on packing: PackingState) -> Bool {
    classes[vmClass].size.fits(in: free[host]) && packing.allows(classes[vmClass].shape, host)
  }

  /// Puts at most `most` VMs on a host; returns how many fit.
  private mutating func put(_ vmClass: Int, _ most: Int, on host: Int, _ packing: PackingState) -> Int {
    guard !isFailed[host], fits(vmClass, host, on: packing) else { return 0 }
    var count = most > 1 ? free[host].count(of: classes[vmClass].size, most: most) : 1
    if !isPlain(vmClass) {
      guard keepsRules(vmClass, host, on: packing) else { return 0 }
      if classes[vmClass].rules.contains(where: { packing.rules[$0].rule.kind == .apart }) { count = min(count, 1) }
      for extra in classes[vmClass].extras where extra.number > 0 {
        guard extra.resource < extras[host].count else { return 0 }
        count = min(count, extras[host][extra.resource] / extra.number)
      }
    }
    // VMs that must fit into one NUMA cell are left to ``FailoverSearch``.
    guard count > 0, !packing.shapes[classes[vmClass].shape].request.constraints.oneCell else { return 0 }
    take(vmClass, count, host, on: packing)
    return count
  }

  /// True if one more VM of the class breaks no hard rule on the host.
  func keepsRules(_ vmClass: Int, _ host: Int, on packing: PackingState) -> Bool {
    classes[vmClass].rules.allSatisfy { number in
      let place = packing.rules[number].place[host]
      guard place >= 0 else { return false }
      switch packing.rules[number].rule.kind {
      case .apart: return members[number][place] == 0
      case .together: return totals[number] == 0 || members[number][place] > 0
      case .spread: return true
      }
    }
  }

  /// True if the host has enough counted resources for one more VM of the class.
  func hasExtras(_ vmClass: Int, _ host: Int) -> Bool {
    classes[vmClass].extras.allSatisfy { $0.resource < extras[host].count && extras[host][$0.resource] >= $0.number }
  }

  private mutating func take(_ vmClass: Int, _ count: Int, _ host: Int, on packing: PackingState) {
    free[host] -= classes[vmClass].size.times(count)
    guard !isPlain(vmClass) else { return }
    for extra in classes[vmClass].extras where extra.resource < extras[host].count {
      extras[host][extra.resource] -= extra.number * count
    }
    tally(vmClass, count, host, on: packing)
  }

  private mutating func tally(_ vmClass: Int, _ count: Int, _ host: Int, on packing: PackingState) {
    for number in classes[vmClass].rules {
      totals[number] += count
      let place = packing.rules[number].place[host]
      if place >= 0 { members[number][place] += count }
    }
  }

  /// Subtracts the members on failed hosts from the rules' counts, or adds them again.
  private mutating func release(_ failed: [Int], on packing: PackingState, by sign: Int) {
    guard !hard.isEmpty else { return }
    for host in failed {
      for group in counts[host] where !classes[group.vmClass].rules.isEmpty {
        tally(group.vmClass, sign * group.count, host, on: packing)
      }
    }
  }
}
