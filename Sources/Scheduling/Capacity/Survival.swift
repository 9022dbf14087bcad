package import Fleet

/// Decides whether a fleet survives the failure of hosts: the others have room for their VMs, every hard rule kept.
///
/// A VM that is tied to its host ends with it and needs no room elsewhere. Unmanaged VMs do not count either.
package struct Survival: Sendable {
  /// A failure that strands VMs.
  package struct Loss: Hashable, Sendable {
    /// The hosts that fail, by name.
    package var hosts: [String]
    /// The VMs that find no host, by name.
    package var stranded: [String]
    /// True if no arrangement exists; false if the search found none in its limit of steps.
    package var isProven: Bool

    /// Such as `if h2 fails, db-1 finds no host`.
    package var detail: String {
      let who = hosts.joined(separator: " and ")
      let shown = stranded.prefix(4).joined(separator: ", ")
      let list = stranded.count > 4 ? "\(shown) and \(stranded.count - 4) more" : shown
      let find = stranded.count == 1 ? "finds" : "find"
      return
        "if \(who) \(hosts.count == 1 ? "fails" : "fail"), \(list) \(find) no host\(isProven ? "" : " that was tried")"
    }
  }

  /// The most failure sets to try one by one; above this an upper bound is used instead.
  static let mostSets = 60_000

  private(set) var packing: PackingState
  let survive: Int
  /// The quick search; ``FailoverSearch`` examines the failures that it does not clear.
  private(set) var failover: FailoverHeuristic
  /// After this many searches in vain, the next ones get ``FailoverSearch/shortBudget``.
  static let patience = 8

  /// How many searches were in vain.
  private var vain = 0
  /// Where the VMs of each host would go; nil until ``prepare()``.
  var plans: FailoverPlans?

  /// Makes it of the hosts as they are.
  package init(_ hosts: [HostSnapshot], under policy: PlacementPolicy) {
    self.init(PackingState(hosts, under: policy), survive: policy.survive)
  }

  init(_ packing: PackingState, survive: Int) {
    self.packing = packing
    self.survive = max(0, survive)
    failover = FailoverHeuristic(packing)
  }

  /// Every failure of 1 to ``PlacementPolicy/survive`` hosts that strands VMs, smallest sets first; for sets of two or
  /// more hosts, one set stands for all equal ones.
  package mutating func losses() -> [Loss] {
    var found: [Loss] = []
    _ = visit { loss in
      found.append(loss)
      return true
    }
    return found
  }

  /// The first failure that strands VMs; nil if the fleet survives all of them.
  package mutating func firstLoss() -> Loss? {
    var found: Loss?
    _ = visit { loss in
      found = loss
      return false
    }
    return found
  }

  /// The VMs that the failure of these hosts strands; nil if none.
  mutating func loss(of failed: [Int], _ search: FailoverSearch) -> Loss? {
    if failover.takes(failed, on: packing) { return nil }
    guard case .stranded(let vms, let isProven) = search.outcome(of: failed, on: &packing) else { return nil }
    return Loss(
      hosts: failed.map { packing.hosts[$0].name }, stranded: vms.map { packing.vms[$0].name }, isProven: isProven)
  }

  /// Calls `body` with each failure that strands VMs until it returns false; returns false if `body` did.
  private mutating func visit(_ body: (Loss) -> Bool) -> Bool {
    guard survive > 0 else { return true }
    // A fleet that survives the failure of several hosts survives that of fewer.
    if survive > 1, survive <= packing.hosts.count, failover.outlivesWorst(survive, on: packing) { return true }
    let search = FailoverSearch(packing)
    for host in packing.hosts.indices {
      if let loss = loss(of: [host], search), !body(loss) { return false }
    }
    var sets: FailureSets?
    for size in stride(from: 2, through: min(survive, packing.hosts.count), by: 1) {
      if failover.outlivesWorst(size, on: packing) { continue }
      let known = sets ?? FailureSets(packing)
      sets = known
      guard known.count(of: size) <= Self.mostSets else {
        return body(Loss(hosts: [], stranded: ["some VM"], isProven: false))
      }
      let whole = known.each(of: size) { failed in
        loss(of: failed, search).map(body) ?? true
      }
      guard whole else { return false }
    }
    return true
  }
}

extension Survival {
  /// Why a host may not take a VM: with the VM there, a failure would strand VMs. Nil if it may.
  package mutating func refusal(of request: PlacementRequest, on host: String) -> Refusal? {
    guard survive > 0, let position = packing.position(of: host) else { return nil }
    let vm = PlacedVM(request)
    prepare()
    if surelyLasts(with: vm, on: position) { return nil }
    guard let open = open(with: vm, on: position) else { return nil }
    return loss(with: vm, on: position, among: open).map { Refusal(host: host, rule: "survive", detail: $0.detail) }
  }

  /// Plans where the VMs of each host would go, so that later questions are quick.
  mutating func prepare() {
    if plans == nil, survive == 1 { plans = FailoverPlans(&failover, on: packing) }
  }

  /// Like the method, for a single question.
  static func refusal(
    of request: PlacementRequest, on host: String, among hosts: [HostSnapshot], under policy: PlacementPolicy
  ) -> Refusal? {
    var survival = Survival(hosts, under: policy)
    return survival.refusal(of: request, on: host)
  }

  /// Records a VM that a host has taken.
  mutating func add(_ vm: PlacedVM, to host: String) {
    guard survive > 0, let position = packing.position(of: host) else { return }
    put(packing.append(vm), on: position)
    guard var plans else { return }
    self.plans = nil
    for host in plans.broken(by: packing.vms[packing.vms.count - 1], on: position, failover.free[position], failover) {
      plans.set(host, failover.steps(after: [host], on: packing), failover)
    }
    self.plans = plans
  }

  /// Records that a VM has left a host.
  mutating func remove(_ name: String, from host: String) {
    guard survive > 0, let position = packing.position(of: host),
      let vm = packing.placedOn[position].first(where: { packing.vms[$0].name == name })
    else { return }
    take(vm, off: position)
    // The other plans still hold, with more room.
    plans?.set(position, failover.steps(after: [position], on: packing), failover)
  }

  private mutating func put(_ vm: Int, on host: Int) {
    let packedVM = packing.vms[vm]
    let vmClass = failover.vmClass(of: packedVM)
    packing.move(vm, to: host)
    failover.add(vmClass, 1, to: host, on: packing, isTied: packedVM.isTied)
  }

  private mutating func take(_ vm: Int, off host: Int) {
    let packedVM = packing.vms[vm]
    let vmClass = failover.vmClass(of: packedVM)
    packing.move(vm, to: -1)
    failover.add(vmClass, -1, to: host, on: packing, isTied: packedVM.isTied)
  }

  /// How many of the roomiest hosts are examined for one VM more.
  private static let mostRoomy = 16

  /// True only if any one host may fail with a VM on `host`; false also if that takes more than a look at the plans.
  ///
  /// It holds if the VM needs nothing but room, if it breaks no other host's plan, and if some host takes it beside
  /// what the plan of `host` puts there: that plan and this one step are then a plan for the failure of `host`. Changes
  /// nothing, so that it costs no copy of the plans.
  private func surelyLasts(with vm: PlacedVM, on host: Int) -> Bool {
    guard survive == 1, let plans, plans.isWhole, !plans.isSpecial(host), let packed = packing.knownVM(of: vm),
      packed.extras.isEmpty, packed.rules.isEmpty, !packed.isTied,
      plans.broken(by: packed, on: host, failover.free[host] - packed.size, failover) == [host]
    else { return false }
    return failover.roomiest(Self.mostRoomy).contains { other in
      other != host && packing.allows(packed.shape, other)
        && (packed.size + plans.load(of: host, on: other, failover)).fits(in: failover.free[other])
    }
  }

  /// Hosts whose failure the quick check could not clear once `vm` is on `host`. Nil if all are cleared; empty if there
  /// are no plans to check against.
  private mutating func open(with vm: PlacedVM, on host: Int) -> [Int]? {
    guard let plans, plans.isWhole else { return [] }
    let packedVM = packing.packedVM(of: vm)
    // Plans that the VM does not affect still hold.
    let broken = plans.broken(by: packedVM, on: host, failover.free[host] - packedVM.size, failover)
    let vmClass = failover.vmClass(of: packedVM)
    failover.add(vmClass, 1, to: host, on: packing, isTied: packedVM.isTied)
    defer { failover.add(vmClass, -1, to: host, on: packing, isTied: packedVM.isTied) }
    let open = broken.filter { !failover.takes([$0], on: packing) }
    return open.isEmpty ? nil : open
  }

  /// The first failure that strands VMs once a VM is on a host: among the failures of the hosts in `open`, or among all
  /// if `open` is empty.
  private mutating func loss(with vm: PlacedVM, on host: Int, among open: [Int]) -> Loss? {
    let number = packing.append(vm)
    put(number, on: host)
    defer {
      take(number, off: host)
      packing.dropLast()
    }
    guard !open.isEmpty else { return firstLoss() }
    let search = FailoverSearch(
      packing, budget: vain < Self.patience ? FailoverSearch.budget : FailoverSearch.shortBudget)
    for failed in open {
      guard let loss = loss(of: [failed], search) else { continue }
      vain += loss.isProven ? 0 : 1
      return loss
    }
    return nil
  }
}
