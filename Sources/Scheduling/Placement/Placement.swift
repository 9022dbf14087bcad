package import Fleet

/// Decides which host a VM goes to.
package enum Placement {
  /// Ranks the hosts that fit, and names for every other host the rule that refused it.
  ///
  /// The order of `hosts` does not matter: equal scores are ranked by name, refusals are sorted by name. With
  /// ``PlacementRequest/host`` set, the rule `host` refuses every other host; the caller checks that the host exists.
  /// With ``PlacementPolicy/survive`` set, hosts are tried best first, and the rule `survive` refuses them until one
  /// passes; the hosts ranked behind that one were not tried.
  /// - Complexity: linear in the number of hosts, except for the final sort.
  package static func decide(
    _ request: PlacementRequest, on hosts: [HostSnapshot], under policy: PlacementPolicy = PlacementPolicy()
  ) -> PlacementDecision {
    decide(request, on: hosts, under: policy, tally: RuleTally(request, on: hosts, under: policy))
  }

  /// Checks again, at commit, that the host still takes the VM; nil if it does.
  package static func verify(_ request: PlacementRequest, on host: HostSnapshot) -> Refusal? {
    verify(request, on: host, among: [host])
  }

  /// Checks again, at commit, that the host still takes the VM given the VMs of the other hosts; nil if it does.
  package static func verify(
    _ request: PlacementRequest, on host: HostSnapshot, among hosts: [HostSnapshot],
    under policy: PlacementPolicy = PlacementPolicy()
  ) -> Refusal? {
    if let refusal = refusal(request, host, RuleTally(request, on: hosts, under: policy)) { return refusal }
    return policy.survive > 0 ? Survival.refusal(of: request, on: host.name, among: hosts, under: policy) : nil
  }

  /// Checks again, at commit, that the host still takes the VM, with the members of its groups counted in `members` by
  /// group and host; nil if it does. Does not check ``PlacementPolicy/survive``.
  package static func verify(
    _ request: PlacementRequest, on host: HostSnapshot, members: [String: [HostID: Int]], among hosts: [HostSnapshot],
    under policy: PlacementPolicy
  ) -> Refusal? {
    let tally = RuleTally(request, under: policy) { group in
      let counts = members[group] ?? [:]
      return counts.isEmpty ? [] : hosts.compactMap { host in counts[host.id].map { (host, $0) } }
    }
    return refusal(request, host, tally)
  }

  /// The names of all scorers, which are the valid keys of ``PlacementPolicy/weights``.
  package static var scorers: [String] { PlacementScorer.table.map(\.name) }

  static func decide(
    _ request: PlacementRequest, on hosts: [HostSnapshot], under policy: PlacementPolicy, tally: RuleTally,
    knowsLoad: Bool? = nil, racks: RackTally? = nil, survival: Survival? = nil
  ) -> PlacementDecision {
    let reservation = request.spec.reservation
    let weights = PlacementScorer.weights(under: policy)
    let context = PlacementScorer.Context(
      tally: tally, knowsLoad: knowsLoad ?? hosts.contains { $0.traits.load != nil }, racks: racks ?? RackTally(hosts))
    var ranking: [PlacementDecision.Ranked] = []
    var refused: [Refusal] = []
    for host in hosts {
      var room = Room(of: host)
      if let refusal = refusal(request, host, room, reservation, tally) {
        refused.append(refusal)
      } else {
        room.take(reservation)
        ranking.append(rank(request, host, room, context, weights))
      }
    }
    ranking.sort { $0.score == $1.score ? $0.host < $1.host : $0.score > $1.score }
    if policy.survive > 0 { drop(&ranking, &refused, request, survival ?? Survival(hosts, under: policy)) }
    return PlacementDecision(ranking: ranking, refused: refused.sorted { $0.host < $1.host })
  }

  /// Moves hosts from the head of the ranking to the refused ones until one passes the rule `survive`.
  private static func drop(
    _ ranking: inout [PlacementDecision.Ranked], _ refused: inout [Refusal], _ request: PlacementRequest,
    _ start: Survival
  ) {
    var survival = start
    while let best = ranking.first, let refusal = survival.refusal(of: request, on: best.host) {
      refused.append(refusal)
      ranking.removeFirst()
    }
  }

  /// The first rule that the host breaks.
  private static func refusal(
    _ request: PlacementRequest, _ host: HostSnapshot, _ room: Room, _ reservation: Reservation, _ tally: RuleTally
  ) -> Refusal? {
    for filter in PlacementFilter.table {
      if let detail = filter.refuses(request, host) {
        return Refusal(host: host.name, rule: filter.rule, detail: detail)
      }
    }
    return tally.refusal(of: host) ?? ResourceFilter.refusal(request, on: host)
      ?? RoomFilter.refusal(of: reservation, in: room, host: host.name)
  }

  /// The first rule that the host breaks, survival aside.
  static func refusal(_ request: PlacementRequest, _ host: HostSnapshot, _ tally: RuleTally) -> Refusal? {
    refusal(request, host, Room(of: host), request.spec.reservation, tally)
  }

  private static func rank(
    _ request: PlacementRequest, _ host: HostSnapshot, _ room: Room, _ context: PlacementScorer.Context,
    _ weights: [Double]
  ) -> PlacementDecision.Ranked {
    var terms = [String: Double](minimumCapacity: PlacementScorer.table.count)
    var total = 0.0
    for (scorer, weight) in zip(PlacementScorer.table, weights) {
      guard let score = scorer.score(request, host, room, context) else { continue }
      terms[scorer.name] = weight * score
      total += weight * score
    }
    return PlacementDecision.Ranked(host: host.name, score: total, terms: terms)
  }
}

extension PlacementDecision {
  /// The error for a VM that fits on no host, with every refusal inside; nil if a host fits.
  package func failure(for name: String) -> FleetError? {
    guard host == nil else { return nil }
    let message =
      switch refused.count {
      case 0: "no host fits VM \"\(name.printable)\": the fleet has no host"
      case 1: "no host fits VM \"\(name.printable)\": \(refused[0].host) refuses it by the rule \(refused[0].rule)"
      default: "no host fits VM \"\(name.printable)\": all \(refused.count) hosts refuse it"
      }
    let hint = refused.isEmpty ? "roost host token create" : "roost host list"
    return FleetError(.noHostFits, message, hint: hint, refusals: refused)
  }
}
