public import Fleet

/// Which host a VM goes to.
public enum Placement {
  /// Ranks the hosts that fit and says of every other which rule refused it.
  ///
  /// The order of `hosts` never matters: equal scores are ranked by name, refusals come sorted by name. With
  /// ``PlacementRequest/host`` set every other host is refused by the rule `host`; that the host exists at all
  /// is the caller's to check. Linear in the number of hosts, but for the final sort.
  public static func decide(_ request: PlacementRequest, on hosts: [HostSnapshot]) -> Decision {
    var ranking: [Decision.Ranked] = []
    var refused: [Refusal] = []
    for host in hosts {
      switch admit(request, on: host) {
      case .admitted(let after): ranking.append(rank(request, after))
      case .refused(let refusal): refused.append(refusal)
      }
    }
    return Decision(
      ranking: ranking.sorted { ($1.score, $0.host) < ($0.score, $1.host) },
      refused: refused.sorted { $0.host < $1.host })
  }

  /// Checks again, at commit, that the host still takes the VM; nil if it does.
  public static func verify(_ request: PlacementRequest, on host: HostSnapshot) -> Refusal? {
    switch admit(request, on: host) {
    case .admitted: nil
    case .refused(let refusal): refusal
    }
  }

  /// The host with the VM on it, or the first rule that refuses it.
  public static func admit(_ request: PlacementRequest, on host: HostSnapshot) -> Admission {
    for filter in PlacementFilter.table {
      if let detail = filter.refuses(request, host) {
        return .refused(Refusal(host: host.name, rule: filter.rule, detail: detail))
      }
    }
    return host.adding(request.spec.reservation)
  }

  private static func rank(_ request: PlacementRequest, _ host: HostSnapshot) -> Decision.Ranked {
    var terms: [String: Double] = [:]
    var total = 0.0
    for scorer in PlacementScorer.table {
      let term = scorer.weight * scorer.score(request, host)
      terms[scorer.name] = term
      total += term
    }
    return Decision.Ranked(host: host.name, score: total, terms: terms)
  }
}
