public import Fleet

extension PlacementIndex {
  /// How many hosts a brief decision lists of those that fit, and of those that refused.
  static let briefly = (ranked: 16, refused: 32)

  /// The choice with the reasons of the hosts that came closest, for keeping: the best ``Decision/ranking`` and the
  /// first refusals; how many more there were is in ``Decision/others``. The same as ``decision(for:)`` in a small
  /// fleet, and far cheaper in a large one, since only what is listed is explained.
  public func brief(_ request: PlacementRequest) -> Decision {
    guard policy.survive == 0, hosts.count > Self.briefly.ranked else { return shortened(decision(for: request)) }
    let listed = closest(request)
    let explained = (listed.fitting + listed.refusing).map { hosts[$0] }
    var decision = Placement.decide(
      request, on: explained, under: policy, tally: tally(request), knowsLoad: knowsLoad, racks: racks)
    decision.others = hosts.count - explained.count
    return decision
  }

  private func shortened(_ decision: Decision) -> Decision {
    let (ranking, refused) = (
      decision.ranking.prefix(Self.briefly.ranked), decision.refused.prefix(Self.briefly.refused)
    )
    return Decision(
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
