package import Fleet

/// Hosts kept ready for many placements: a choice costs a few comparisons for each block of similar hosts.
///
/// Hosts are kept in a ``HostOrder``, filters about what a host is are evaluated once for each kind of host, and
/// refusals are explained only on demand:
/// ``decision(for:)`` gives the same value as ``Placement/decide(_:on:under:)`` on the same hosts, and ``choose(_:)``
/// the head of its ranking.
package struct PlacementIndex: Sendable {
  /// The hosts as they are now, by name.
  package private(set) var hosts: [HostSnapshot]
  /// The policy of every placement.
  package let policy: PlacementPolicy

  private(set) var kinds: HostClasses
  let weights: [Double]
  /// How many hosts have a measured load.
  private var measured: Int
  private(set) var rooms: [Room]
  private(set) var racks: RackTally
  private var positions: [String: Int] = [:]
  private var rules: RuleIndex
  private(set) var order: HostOrder
  /// The survival plans; nil if the policy does not require survival.
  var survival: Survival?

  /// Makes an index of the hosts; linear in hosts and VMs.
  package init(_ fleet: [HostSnapshot], under policy: PlacementPolicy = PlacementPolicy()) {
    hosts = fleet.sorted { $0.name < $1.name }
    self.policy = policy
    kinds = HostClasses(hosts)
    weights = PlacementScorer.weights(under: policy)
    measured = hosts.count { $0.traits.load != nil }
    rooms = hosts.map { Room(of: $0) }
    racks = RackTally(hosts)
    rules = RuleIndex(hosts, policy.rules)
    order = HostOrder(hosts, rooms, kinds, racks, rules)
    for (position, host) in hosts.enumerated() { positions[host.name] = position }
    if policy.survive > 0 {
      survival = Survival(hosts, under: policy)
      survival?.prepare()
    }
  }

  /// The best host and its score; nil if none fits. Checks ``PlacementPolicy/survive`` as well.
  package func choose(_ request: PlacementRequest) -> (host: String, score: Double)? {
    var ranked = RankedHosts(request, on: self)
    guard var survival = policy.survive > 0 ? survival ?? Survival(hosts, under: policy) : nil else {
      return ranked.next().map { (hosts[$0.position].name, $0.score) }
    }
    while let best = ranked.next() {
      let host = hosts[best.position].name
      if survival.refusal(of: request, on: host) == nil { return (host, best.score) }
    }
    return nil
  }

  /// The choice with every host's reasons.
  package func decision(for request: PlacementRequest) -> PlacementDecision {
    Placement.decide(request, on: hosts, under: policy, tally: tally(request), survival: survival)
  }

  /// Adds a VM to a host if ``HostSnapshot/adding(_:)-(PlacedVM)`` admits it; returns whether it did.
  @discardableResult
  package mutating func add(_ vm: PlacedVM, to host: String) -> Bool {
    guard let position = positions[host], case .admitted(let after) = hosts[position].adding(vm) else { return false }
    survival?.add(vm, to: host)
    change(position, to: after)
    rules.count(vm.request, on: after, at: position, by: 1)
    return true
  }

  /// Removes a VM from a host; does nothing if it is not there.
  package mutating func remove(_ name: String, from host: String) {
    guard let position = positions[host], let vm = hosts[position].vms.first(where: { $0.name == name }) else { return }
    survival?.remove(name, from: host)
    change(position, to: hosts[position].removing(name))
    rules.count(vm.request, on: hosts[position], at: position, by: -1)
  }

  /// Replaces the host of the same name; returns false if the index has none.
  @discardableResult
  package mutating func replace(_ host: HostSnapshot) -> Bool {
    guard let position = positions[host.name] else { return false }
    let old = hosts[position]
    measured += (host.traits.load == nil ? 0 : 1) - (old.traits.load == nil ? 0 : 1)
    renewSurvival(old, host)
    for vm in old.vms { rules.count(vm.request, on: old, at: position, by: -1) }
    if old.labels != host.labels { rules.relabel(host, at: position) }
    for vm in host.vms { rules.count(vm.request, on: host, at: position, by: 1) }
    let before = kinds.of[position]
    kinds.replace(position, with: host)
    change(position, to: host)
    if kinds.of[position] != before || old.images != host.images {
      order.refreshTraits(at: position, hosts, kinds, racks, rules)
    }
    return true
  }

  /// Puts the new state of a host into everything that follows room.
  private mutating func change(_ position: Int, to host: HostSnapshot) {
    racks.count(hosts[position], by: -1)
    hosts[position] = host
    racks.count(host, by: 1)
    rooms[position] = Room(of: host)
    order.refreshRoom(at: position, host, rooms)
    if order.isStale { order = HostOrder(hosts, rooms, kinds, racks, rules) }
  }

  /// True once hosts have changed their properties so often that most of what is kept of them is of no host any more:
  /// a new index is smaller, and quicker.
  package var isWorn: Bool { kinds.samples.count > 2 * hosts.count + 64 }

  /// Records a host's load; does nothing if the index has no host of that name.
  package mutating func measure(_ host: String, load: Double?, ageSeconds: Double) {
    guard let position = positions[host] else { return }
    measured += (load == nil ? 0 : 1) - (hosts[position].traits.load == nil ? 0 : 1)
    hosts[position].traits.load = load
    hosts[position].traits.loadAgeSeconds = ageSeconds
    order.measure(at: position, load: load)
  }

  /// Computes again what many measurements have made inexact.
  mutating func tightenLoads() {
    if knowsLoad { order.refreshLoads(rooms) }
  }

  /// The present state of the host of that name.
  package func host(_ name: String) -> HostSnapshot? { positions[name].map { hosts[$0] } }

  /// The position of the host of that name.
  func position(of name: String) -> Int? { positions[name] }

  /// The rules that apply to a request, with their members.
  func members(_ request: PlacementRequest) -> RuleMembers { rules.tally(request, on: hosts) }

  func tally(_ request: PlacementRequest) -> RuleTally { members(request).tally }

  /// True if any host has a measured load, so that the term `load` applies.
  var knowsLoad: Bool { measured > 0 }
}

extension PlacementIndex {
  /// How many hosts a brief decision lists of those that fit, and of those that refused.
  static let briefly = (ranked: 16, refused: 32)

  /// The choice with the reasons of the hosts that came closest, for storing: the best of ``PlacementDecision/ranking``
  /// and the first refusals; ``PlacementDecision/others`` has the number of the rest. Equal to ``decision(for:)`` in a
  /// small fleet, and much cheaper in a large one, since only the listed hosts are explained.
  package func brief(_ request: PlacementRequest) -> PlacementDecision {
    guard policy.survive == 0, hosts.count > Self.briefly.ranked else { return shortened(decision(for: request)) }
    let listed = closest(request)
    let explained = (listed.fitting + listed.refusing).map { hosts[$0] }
    var decision = Placement.decide(
      request, on: explained, under: policy, tally: tally(request), knowsLoad: knowsLoad, racks: racks)
    decision.others = hosts.count - explained.count
    return decision
  }

  private func shortened(_ decision: PlacementDecision) -> PlacementDecision {
    let (ranking, refused) = (
      decision.ranking.prefix(Self.briefly.ranked), decision.refused.prefix(Self.briefly.refused)
    )
    return PlacementDecision(
      ranking: Array(ranking), refused: Array(refused),
      others: decision.ranking.count + decision.refused.count - ranking.count - refused.count)
  }

  /// The positions of the best hosts and of the first that refuse.
  private func closest(_ request: PlacementRequest) -> (fitting: [Int], refusing: [Int]) {
    var ranked = RankedHosts(request, on: self)
    let refusing = ranked.refusing(Self.briefly.refused)
    var fitting: [Int] = []
    while fitting.count < Self.briefly.ranked, let host = ranked.next() { fitting.append(host.position) }
    return (fitting, refusing)
  }
}
