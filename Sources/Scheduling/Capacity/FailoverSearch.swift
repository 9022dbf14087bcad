internal import Fleet

/// Finds hosts for the VMs of failed hosts by search; leaves the packing unchanged.
struct FailoverSearch {
  /// The result of a failure.
  enum Outcome: Equatable {
    /// Every VM found a host.
    case taken
    /// These VMs found no host. `isProven`: no arrangement exists.
    case stranded([Int], isProven: Bool)
  }

  /// The most steps in the search for one failure.
  static let budget = 20_000
  /// The most steps after several searches were in vain.
  static let shortBudget = 200

  /// Hosts with the most room first, which finds a place soonest.
  private let order: [Int]
  private let largest: Resources

  private let budget: Int

  init(_ packing: PackingState, budget: Int = Self.budget) {
    self.budget = budget
    var largest = Resources()
    for limit in packing.limit {
      largest = Resources(
        vcpus: max(largest.vcpus, limit.vcpus), memory: max(largest.memory, limit.memory),
        disk: max(largest.disk, limit.disk))
    }
    self.largest = largest
    let used = packing.limit.indices.map { (packing.limit[$0] - packing.free[$0]).share(of: packing.limit[$0]) }
    order = packing.limit.indices.sorted { (used[$0], $0) < (used[$1], $1) }
  }

  /// Where the VMs of the failed hosts would go. VMs tied to their host end with it and do not count.
  func outcome(of failed: [Int], on packing: inout PackingState) -> Outcome {
    let lost = failed.flatMap { host in packing.placedOn[host].filter { !packing.vms[$0].isTied } }
    guard !lost.isEmpty else { return .taken }
    let homes = lost.map { packing.home[$0] }
    for vm in lost.reversed() { packing.move(vm, to: -1) }
    defer {
      for (vm, home) in zip(lost, homes) { packing.move(vm, to: home) }
    }
    let wanting = sorted(lost, packing)
    if firstFit(wanting, failed, &packing) { return .taken }
    let hosts = order.filter { !failed.contains($0) }
    let left = bestFit(wanting, hosts, &packing)
    if left.isEmpty { return .taken }
    if isImpossible(wanting, hosts, packing) { return .stranded(left, isProven: true) }
    var steps = budget
    let found = search(wanting[...], hosts, &packing, &steps)
    return found ? .taken : .stranded(left, isProven: steps > 0)
  }

  /// The largest first, because they are the hardest to place; then equal ones side by side.
  private func sorted(_ vms: [Int], _ packing: PackingState) -> [Int] {
    let share = vms.map { packing.vms[$0].size.share(of: largest) }
    return vms.indices.sorted { left, right in
      let (a, b) = (packing.vms[vms[left]], packing.vms[vms[right]])
      if share[left] != share[right] { return share[left] > share[right] }
      if a.size != b.size {
        return (a.size.memory, a.size.vcpus, a.size.disk) > (b.size.memory, b.size.vcpus, b.size.disk)
      }
      return (a.shape, a.name) < (b.shape, b.name)
    }.map { vms[$0] }
  }

  /// Puts each VM on the first host that takes it, then removes all; true if each found one.
  private func firstFit(_ wanting: [Int], _ failed: [Int], _ packing: inout PackingState) -> Bool {
    defer { takeOff(wanting, &packing) }
    var start = 0
    var before: Int?
    for vm in wanting {
      // Hosts that refused the previous VM refuse an equal one.
      if let before, isAlike(packing.vms[before], packing.vms[vm]) {} else { start = 0 }
      before = vm
      while start < order.count, failed.contains(order[start]) || !packing.takes(vm, order[start]) { start += 1 }
      guard start < order.count else { return false }
      packing.move(vm, to: order[start])
    }
    return true
  }

  private func isAlike(_ left: PackingState.PackedVM, _ right: PackingState.PackedVM) -> Bool {
    left.size == right.size && left.shape == right.shape && left.rules.isEmpty && right.rules.isEmpty
      && left.extras == right.extras
  }

  /// Puts each VM where it leaves the least room, then removes all; returns those without a host.
  private func bestFit(_ wanting: [Int], _ hosts: [Int], _ packing: inout PackingState) -> [Int] {
    var left: [Int] = []
    for vm in wanting {
      let size = packing.vms[vm].size
      var best: (host: Int, rest: Double)?
      for host in hosts where packing.takes(vm, host) {
        let rest = (packing.free[host] - size).share(of: largest)
        if best.map({ rest < $0.rest }) ?? true { best = (host, rest) }
      }
      if let best { packing.move(vm, to: best.host) } else { left.append(vm) }
    }
    takeOff(wanting, &packing)
    return left.sorted { packing.vms[$0].name < packing.vms[$1].name }
  }

  private func takeOff(_ vms: [Int], _ packing: inout PackingState) {
    for vm in vms.reversed() where packing.home[vm] >= 0 { packing.move(vm, to: -1) }
  }

  /// True if sums prove that it is impossible: a VM fits nowhere, or all of them need more than the total room.
  private func isImpossible(_ wanting: [Int], _ hosts: [Int], _ packing: PackingState) -> Bool {
    var want = Resources()
    for vm in wanting {
      want += packing.vms[vm].size
      if !hosts.contains(where: { packing.takes(vm, $0) }), packing.vms[vm].rules.isEmpty { return true }
    }
    var have = Resources()
    for host in hosts { have += packing.free[host].positive }
    return !want.fits(in: have)
  }

  /// Searches all arrangements, except those that differ only in the choice between two equal hosts.
  private func search(_ wanting: ArraySlice<Int>, _ hosts: [Int], _ packing: inout PackingState, _ steps: inout Int)
    -> Bool
  {
    guard let vm = wanting.first else { return true }
    var tried: Set<Resources> = []
    let hasRules = packing.rules.contains { !$0.rule.isSoft }
    for host in hosts where packing.takes(vm, host) {
      if !hasRules, !packing.hasCells, packing.extras[host].isEmpty,
        packing.shapes.count == 1 || packing.kinds.samples.count == 1,
        !tried.insert(packing.free[host]).inserted
      {
        continue
      }
      steps -= 1
      guard steps > 0 else { return false }
      packing.move(vm, to: host)
      let found = search(wanting.dropFirst(), hosts, &packing, &steps)
      packing.move(vm, to: -1)
      if found { return true }
    }
    return false
  }
}
