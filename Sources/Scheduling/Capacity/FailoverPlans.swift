internal import Fleet

/// Where the VMs of each host would go if it failed, so that after a change only what it touches is asked again.
struct FailoverPlans: Sendable {
  private var steps: [[FailoverHeuristic.Step]]
  /// The hosts whose VMs would go, at one time or another, to each host.
  private var users: [Set<Int>]
  /// Hosts whose VMs found no place quickly.
  private var open: Set<Int> = []
  /// Hosts with VMs that more than room tells apart.
  private var special: Set<Int> = []

  init(_ failover: inout FailoverHeuristic, on packing: PackingState) {
    steps = packing.hosts.map { _ in [] }
    users = packing.hosts.map { _ in [] }
    for host in packing.hosts.indices { set(host, failover.steps(after: [host], on: packing), failover) }
  }

  /// True if there is a plan for every host.
  var isWhole: Bool { open.isEmpty }

  /// Takes a new plan for a host; nil if none was found.
  mutating func set(_ host: Int, _ plan: [FailoverHeuristic.Step]?, _ failover: FailoverHeuristic) {
    for step in steps[host] { users[step.host].remove(host) }
    steps[host] = plan ?? []
    for step in steps[host] { users[step.host].insert(host) }
    if plan == nil { open.insert(host) } else { open.remove(host) }
    if failover.lots[host].allSatisfy({ failover.isPlain($0.sort) }) {
      special.remove(host)
    } else {
      special.insert(host)
    }
  }

  /// The hosts whose plans may not hold any more with the VM on a host that then has so much left, that host among
  /// them, in their order.
  func broken(by vm: PackingState.PackedVM, on host: Int, _ left: Resources, _ failover: FailoverHeuristic) -> [Int] {
    let isPlain = vm.extras.isEmpty && vm.rules.isEmpty
    var broken = users[host].filter { user in
      guard isPlain, !special.contains(user) else { return true }
      var load = Resources()
      for step in steps[user] where step.host == host { load += failover.sorts[step.sort].size.times(step.count) }
      return !load.fits(in: left)
    }
    if !isPlain { broken.formUnion(special) }
    broken.insert(host)
    return broken.sorted()
  }
}
