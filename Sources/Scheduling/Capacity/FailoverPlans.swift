internal import Fleet

/// Where the VMs of each host would go if it failed; kept so that a change examines only the plans it affects.
struct FailoverPlans: Sendable {
  private var steps: [[FailoverHeuristic.Step]]
  /// For each host, the hosts whose plans use it.
  private var users: [Set<Int>]
  /// Hosts without a plan: the quick search found none.
  private var open: Set<Int> = []
  /// Hosts with VMs that need more than room.
  private var special: Set<Int> = []

  init(_ failover: inout FailoverHeuristic, on packing: PackingState) {
    steps = packing.hosts.map { _ in [] }
    users = packing.hosts.map { _ in [] }
    for host in packing.hosts.indices { set(host, failover.steps(after: [host], on: packing), failover) }
  }

  /// True if there is a plan for every host.
  var isWhole: Bool { open.isEmpty }

  /// Sets the plan of a host; nil if none was found.
  mutating func set(_ host: Int, _ plan: [FailoverHeuristic.Step]?, _ failover: FailoverHeuristic) {
    for step in steps[host] { users[step.host].remove(host) }
    steps[host] = plan ?? []
    for step in steps[host] { users[step.host].insert(host) }
    if plan == nil { open.insert(host) } else { open.remove(host) }
    if failover.counts[host].allSatisfy({ failover.isPlain($0.vmClass) }) {
      special.remove(host)
    } else {
      special.insert(host)
    }
  }

  /// What the plan of a host puts on another one.
  func load(of user: Int, on host: Int, _ failover: FailoverHeuristic) -> Resources {
    var load = Resources()
    for step in steps[user] where step.host == host { load += failover.classes[step.vmClass].size.times(step.count) }
    return load
  }

  /// True if VMs of a host need more than room.
  func isSpecial(_ host: Int) -> Bool { special.contains(host) }

  /// The hosts whose plans may no longer hold with the VM on `host`, which then has `left` free; includes that host,
  /// sorted.
  func broken(by vm: PackingState.PackedVM, on host: Int, _ left: Resources, _ failover: FailoverHeuristic) -> [Int] {
    let isPlain = vm.extras.isEmpty && vm.rules.isEmpty
    var broken = users[host].filter { user in
      guard isPlain, !special.contains(user) else { return true }
      return !load(of: user, on: host, failover).fits(in: left)
    }
    if !isPlain { broken.formUnion(special) }
    broken.insert(host)
    return broken.sorted()
  }
}
