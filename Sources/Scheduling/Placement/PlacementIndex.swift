package import Fleet

/// Hosts kept ready for many placements: a choice costs a few comparisons for each host.
///
/// Filters about what a host is are evaluated once for each kind of host, and refusals are explained only on demand:
/// ``decision(for:)`` gives the same value as ``Placement/decide(_:on:under:)`` on the same hosts, and ``choose(_:)``
/// the head of its ranking.
package struct PlacementIndex: Sendable {
  /// The hosts as they are now, by name.
  package private(set) var hosts: [HostSnapshot]
  /// The policy of every placement.
  package let policy: PlacementPolicy

  private var kinds: HostClasses
  private let weights: [Double]
  /// How many hosts have a measured load.
  private var measured: Int
  private var rooms: [Room]
  private(set) var racks: RackTally
  private var positions: [String: Int] = [:]
  /// How many members of each group the hosts have.
  private var members: [String: [Int: Int]] = [:]
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
    for (position, host) in hosts.enumerated() {
      positions[host.name] = position
      for vm in host.vms { count(vm.request, at: position, by: 1) }
    }
    if policy.survive > 0 {
      survival = Survival(hosts, under: policy)
      survival?.prepare()
    }
  }

  /// The best host and its score; nil if none fits. Checks ``PlacementPolicy/survive`` as well.
  package func choose(_ request: PlacementRequest) -> (host: String, score: Double)? {
    guard var survival = policy.survive > 0 ? survival ?? Survival(hosts, under: policy) : nil else {
      return best(request).map { (hosts[$0.position].name, $0.score) }
    }
    var stranding: Set<Int> = []
    while let best = best(request, but: stranding) {
      let host = hosts[best.position].name
      if survival.refusal(of: request, on: host) == nil { return (host, best.score) }
      stranding.insert(best.position)
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
    racks.count(hosts[position], by: -1)
    hosts[position] = after
    racks.count(after, by: 1)
    rooms[position] = Room(of: after)
    survival?.add(vm, to: host)
    count(vm.request, at: position, by: 1)
    return true
  }

  /// Removes a VM from a host; does nothing if it is not there.
  package mutating func remove(_ name: String, from host: String) {
    guard let position = positions[host], let vm = hosts[position].vms.first(where: { $0.name == name }) else { return }
    racks.count(hosts[position], by: -1)
    hosts[position] = hosts[position].removing(name)
    racks.count(hosts[position], by: 1)
    rooms[position] = Room(of: hosts[position])
    survival?.remove(name, from: host)
    count(vm.request, at: position, by: -1)
  }

  /// Replaces the host of the same name; returns false if the index has none.
  @discardableResult
  package mutating func replace(_ host: HostSnapshot) -> Bool {
    guard let position = positions[host.name] else { return false }
    for vm in hosts[position].vms where !vm.request.constraints.groups.isEmpty {
      count(vm.request, at: position, by: -1)
    }
    measured += (host.traits.load == nil ? 0 : 1) - (hosts[position].traits.load == nil ? 0 : 1)
    renewSurvival(hosts[position], host)
    racks.count(hosts[position], by: -1)
    hosts[position] = host
    racks.count(host, by: 1)
    rooms[position] = Room(of: host)
    kinds.replace(position, with: host)
    for vm in host.vms { count(vm.request, at: position, by: 1) }
    return true
  }

  /// Records a host's load; does nothing if the index has no host of that name.
  package mutating func measure(_ host: String, load: Double?, ageSeconds: Double) {
    guard let position = positions[host] else { return }
    measured += (load == nil ? 0 : 1) - (hosts[position].traits.load == nil ? 0 : 1)
    hosts[position].traits.load = load
    hosts[position].traits.loadAgeSeconds = ageSeconds
  }

  /// The present state of the host of that name.
  package func host(_ name: String) -> HostSnapshot? { positions[name].map { hosts[$0] } }

  private mutating func count(_ request: PlacementRequest, at position: Int, by delta: Int) {
    for group in request.constraints.groups { members[group, default: [:]][position, default: 0] += delta }
  }

  func tally(_ request: PlacementRequest) -> RuleTally {
    RuleTally(request, under: policy) { group in
      (members[group] ?? [:]).map { position, count in
        let isItself = hosts[position].vms.contains {
          $0.name == request.spec.name && $0.request.constraints.groups.contains(group)
        }
        return (hosts[position], isItself ? count - 1 : count)
      }
    }
  }

  private func best(_ request: PlacementRequest, but left: Set<Int> = []) -> (position: Int, score: Double)? {
    var best: (position: Int, score: Double)?
    survey(request) { position, score in
      guard left.isEmpty || !left.contains(position) else { return }
      if let score, best.map({ score > $0.score }) ?? true { best = (position, score) }
    }
    return best
  }

  /// True if any host has a measured load, so that the term `load` applies.
  var knowsLoad: Bool { measured > 0 }

  /// Calls `body` with each host's score in the order of names, nil for a host that refuses. A request for one host
  /// visits only that host.
  func survey(_ request: PlacementRequest, _ body: (_ position: Int, _ score: Double?) -> Void) {
    let terms = PlacementTerms(request, tally(request), knowsLoad: knowsLoad, racks, weights, kinds)
    let asked = request.host.map { only in positions[only].map { $0..<$0 + 1 } ?? 0..<0 } ?? hosts.indices
    let fitting = fitting(request, among: asked, terms)
    let scores = scores(request, of: fitting, terms)
    var next = 0
    for position in asked {
      let isFitting = next < fitting.count && fitting[next] == position
      body(position, isFitting ? scores[next] : nil)
      next += isFitting ? 1 : 0
    }
  }

  /// The positions of the hosts that take the request, in order.
  private func fitting(_ request: PlacementRequest, among asked: Range<Int>, _ terms: PlacementTerms) -> [Int] {
    let (reservation, tally) = (request.spec.reservation, terms.context.tally)
    let (isFree, countsResources) = (tally.isEmpty, request.countsResources)
    return asked.filter { position in
      guard terms.allows[kinds.of[position]], rooms[position].has(reservation) else { return false }
      guard isFree || tally.allows(hosts[position]) else { return false }
      return !countsResources || ResourceFilter.refusal(request, on: hosts[position]) == nil
    }
  }

  /// The scores of hosts that fit, in their order. Each term is computed for all hosts before the next one.
  private func scores(_ request: PlacementRequest, of fitting: [Int], _ terms: PlacementTerms) -> [Double] {
    let (reservation, strategy) = (request.spec.reservation, request.strategy)
    var scores = Array(repeating: 0.0, count: fitting.count)
    for number in terms.asked {
      let weight = weights[number]
      switch PlacementScorer.table[number].scope {
      case .room(let term):
        for index in scores.indices {
          var room = rooms[fitting[index]]
          room.take(reservation)
          scores[index] += weight * (term(strategy, room) ?? 0)
        }
      case .kind:
        let ofKind = terms.ofKind[number]
        for index in scores.indices { scores[index] += ofKind[kinds.of[fitting[index]]] }
      case .host(let term, _):
        for index in scores.indices {
          scores[index] += weight * (term(request, hosts[fitting[index]], terms.context) ?? 0)
        }
      }
    }
    return scores
  }
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
    var fitting: [(position: Int, score: Double)] = []
    var refusing: [Int] = []
    survey(request) { position, score in
      guard let score else {
        if refusing.count < Self.briefly.refused { refusing.append(position) }
        return
      }
      if fitting.count == Self.briefly.ranked, let last = fitting.last, score <= last.score { return }
      let place = fitting.firstIndex { score > $0.score } ?? fitting.count
      fitting.insert((position, score), at: place)
      if fitting.count > Self.briefly.ranked { fitting.removeLast() }
    }
    return (fitting.map(\.position), refusing)
  }
}
