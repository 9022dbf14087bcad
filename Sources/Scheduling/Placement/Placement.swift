public import Fleet

/// Which host a VM goes to.
public enum Placement {
  /// Ranks the hosts that fit and says of every other which rule refused it.
  ///
  /// The order of `hosts` never matters: equal scores are ranked by name, refusals come sorted by name. With
  /// ``PlacementRequest/host`` set every other host is refused by the rule `host`; that the host exists at all
  /// is the caller's to check. Linear in the number of hosts, but for the final sort.
  public static func decide(_ request: PlacementRequest, on hosts: [HostSnapshot]) -> Decision {
    let reservation = request.spec.reservation
    var ranking: [Decision.Ranked] = []
    var refused: [Refusal] = []
    for host in hosts {
      var room = Room(of: host)
      if let refusal = refusal(request, host, room, reservation) {
        refused.append(refusal)
      } else {
        room.take(reservation)
        ranking.append(rank(request, host, room))
      }
    }
    return Decision(
      ranking: ranking.sorted { $0.score == $1.score ? $0.host < $1.host : $0.score > $1.score },
      refused: refused.sorted { $0.host < $1.host })
  }

  /// Checks again, at commit, that the host still takes the VM; nil if it does.
  public static func verify(_ request: PlacementRequest, on host: HostSnapshot) -> Refusal? {
    refusal(request, host, Room(of: host), request.spec.reservation)
  }

  /// The first rule that the host breaks.
  private static func refusal(
    _ request: PlacementRequest, _ host: HostSnapshot, _ room: Room, _ reservation: Reservation
  ) -> Refusal? {
    for filter in PlacementFilter.table {
      if let detail = filter.refuses(request, host) {
        return Refusal(host: host.name, rule: filter.rule, detail: detail)
      }
    }
    return RoomFilter.refusal(of: reservation, in: room, host: host.name)
  }

  private static func rank(_ request: PlacementRequest, _ host: HostSnapshot, _ room: Room) -> Decision.Ranked {
    var terms = [String: Double](minimumCapacity: PlacementScorer.table.count)
    var total = 0.0
    for scorer in PlacementScorer.table {
      let term = scorer.weight * scorer.score(request, host, room)
      terms[scorer.name] = term
      total += term
    }
    return Decision.Ranked(host: host.name, score: total, terms: terms)
  }
}
