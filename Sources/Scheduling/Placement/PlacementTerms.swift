internal import Fleet

/// What of a request's verdict and score is the same for all hosts of a kind, worked out once.
struct PlacementTerms {
  /// Whether the filters let the VM onto hosts of each kind.
  let allows: [Bool]
  /// The weighted terms that each kind of host gets, by number of the scorer; empty for a scorer that sees more.
  let ofKind: [[Double]]
  /// The numbers of the scorers that can differ between hosts.
  let asked: [Int]
  let around: PlacementScorer.Surroundings

  init(
    _ request: PlacementRequest, _ tally: RuleTally, knowsLoad: Bool, _ racks: RackTally, _ weights: [Double],
    _ kinds: HostKinds
  ) {
    let around = PlacementScorer.Surroundings(tally: tally, knowsLoad: knowsLoad, racks: racks)
    self.around = around
    allows = kinds.samples.map { sample in
      sample.capacity != nil && PlacementFilter.refusalOfKind(request, sample) == nil
    }
    let table = PlacementScorer.table
    ofKind = table.indices.map { number in
      guard case .kind(let term) = table[number].sight else { return [] }
      return kinds.samples.map { sample in weights[number] * (term(request, sample, around) ?? 0) }
    }
    asked = table.indices.filter { number in
      guard case .host(_, let matters) = table[number].sight else { return true }
      return matters(request, around)
    }
  }
}
