internal import Fleet

/// One request with everything that its verdicts and scores depend on beside the hosts.
struct PlacementTerms {
  let request: PlacementRequest
  let reservation: Reservation
  let members: RuleMembers
  let context: PlacementScorer.Context
  let countsResources: Bool
  /// The numbers of the scorers that can differ between hosts.
  private let asked: [Int]
  private let images: [ImageID]
  private let weights: [Double]
  private var verdicts: ClassVerdicts
  /// The weighted terms of each build, by build and scorer.
  private let ofBuild: [[Double]]

  init(_ request: PlacementRequest, _ members: RuleMembers, on index: PlacementIndex) {
    self.request = request
    self.members = members
    reservation = request.spec.reservation
    countsResources = request.countsResources
    let context = PlacementScorer.Context(tally: members.tally, knowsLoad: index.knowsLoad, racks: index.racks)
    self.context = context
    weights = index.weights
    verdicts = ClassVerdicts(request, index.kinds)
    images = request.spec.disks.compactMap { $0.image?.id }
    ofBuild = index.kinds.builds.map { build in
      PlacementScorer.table.indices.map { number in
        guard case .build(let term) = PlacementScorer.table[number].scope else { return 0 }
        return index.weights[number] * (term(request, build) ?? 0)
      }
    }
    asked = PlacementScorer.table.indices.filter { number in
      guard case .host(_, let matters) = PlacementScorer.table[number].scope else { return true }
      return matters(request, context)
    }
  }

  /// True if the host takes the VM, survival aside.
  mutating func takes(_ position: Int, _ index: PlacementIndex) -> Bool {
    guard index.rooms[position].has(reservation), verdicts.allows(index.kinds.of[position], index.kinds) else {
      return false
    }
    if let only = request.host, only != index.hosts[position].name { return false }
    guard members.isEmpty || context.tally.allows(index.hosts[position]) else { return false }
    return !countsResources || ResourceFilter.refusal(request, on: index.hosts[position]) == nil
  }

  /// True only if every host of the block takes the VM.
  mutating func isTakenByAll(_ block: HostBlock, _ index: PlacementIndex) -> Bool {
    guard request.host == nil, !countsResources, !members.areAnyHard, block.tightest.has(reservation) else {
      return false
    }
    for number in block.classes where !verdicts.allows(number, index.kinds) { return false }
    return true
  }

  /// The score of a host that takes the VM.
  func score(_ position: Int, _ index: PlacementIndex) -> Double {
    var room = index.rooms[position]
    room.take(reservation)
    let build = index.kinds.buildOf[index.kinds.of[position]]
    var total = 0.0
    for number in asked {
      switch PlacementScorer.table[number].scope {
      case .room(let term): total += weights[number] * (term(request.strategy, room) ?? 0)
      case .build: total += ofBuild[build][number]
      case .rack(let term):
        let left = context.racks.left(ofRack: index.order.rackOf[position])
        total += weights[number] * (term(request.strategy, left) ?? 0)
      case .host(let term, _): total += weights[number] * (term(request, index.hosts[position], context) ?? 0)
      }
    }
    return total
  }

  /// A bound of the scores of the block's hosts; nil if none of them takes the VM.
  func bound(of block: HostBlock) -> Double? {
    guard block.roomiest.has(reservation), let rules = members.isEmpty ? 0 : members.bound(of: block) else {
      return nil
    }
    var range = HostRange(
      roomiest: block.roomiest, tightest: block.tightest, acceleratesAny: block.acceleratesAny,
      isAnyAwake: block.isAnyAwake, leastLoad: block.leastLoad, rackShare: context.racks.mostLeft(of: block.racks),
      images: share(of: block.images), rules: rules)
    range.roomiest.take(reservation)
    range.tightest.take(reservation)
    return asked.reduce(0.0) { $0 + weights[$1] * PlacementScorer.table[$1].most(request, range) }
  }

  private func share(of there: Set<ImageID>) -> Double {
    images.isEmpty ? 0 : Double(images.count { there.contains($0) }) / Double(images.count)
  }
}
