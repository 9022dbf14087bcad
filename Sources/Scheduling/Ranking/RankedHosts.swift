internal import Fleet

/// The hosts that take a VM, the best first, found block by block: a block is looked at only once its bound is no less
/// than the best score that is known.
///
/// Gives the hosts in the order of ``PlacementDecision/ranking``, survival aside: a host is given only when its score
/// is above the bound of every block left, or equal to it with a smaller position than any host of that block has.
struct RankedHosts {
  private let index: PlacementIndex
  private var terms: PlacementTerms
  /// Blocks not looked at yet.
  private var blocks: [Ranked] = []
  /// Hosts looked at and not given yet.
  private var known: [Ranked] = []

  /// A host with its score, or a block with its bound.
  private struct Ranked {
    let score: Double
    /// The position of the host, or of the block's first one.
    let first: Int
    let number: Int
  }

  init(_ request: PlacementRequest, on index: PlacementIndex) {
    self.index = index
    terms = PlacementTerms(request, index.members(request), on: index)
    if let only = request.host {
      if let position = index.position(of: only) { examine([position]) }
      return
    }
    for (number, block) in index.order.blocks.enumerated() {
      if let bound = terms.bound(of: block) {
        blocks.append(Ranked(score: bound, first: block.positions[0], number: number))
      }
    }
  }

  /// The next host and its score; nil if there is none.
  mutating func next() -> (position: Int, score: Double)? {
    while true {
      let host = Self.best(known)
      guard let block = Self.best(blocks) else {
        return host.map { give($0) }
      }
      if let host, Self.isBefore(known[host], blocks[block]) {
        return give(host)
      }
      examine(index.order.blocks[blocks[block].number].positions)
      blocks.swapAt(block, blocks.count - 1)
      blocks.removeLast()
    }
  }

  private mutating func give(_ number: Int) -> (position: Int, score: Double) {
    known.swapAt(number, known.count - 1)
    let host = known.removeLast()
    return (host.first, host.score)
  }

  private mutating func examine(_ positions: [Int]) {
    for position in positions where terms.takes(position, index) {
      known.append(Ranked(score: terms.score(position, index), first: position, number: position))
    }
  }

  /// The positions of the first hosts that refuse the VM, at most `limit`; of the only host allowed, if there is one.
  mutating func refusing(_ limit: Int) -> [Int] {
    if let only = terms.request.host {
      return index.position(of: only).map { terms.takes($0, index) ? [] : [$0] } ?? []
    }
    var refusing: [Int] = []
    for block in index.order.blocks where !terms.isTakenByAll(block, index) {
      for position in block.positions where !terms.takes(position, index) { refusing.append(position) }
    }
    return Array(refusing.sorted().prefix(limit))
  }

  private static func isBefore(_ one: Ranked, _ other: Ranked) -> Bool {
    one.score == other.score ? one.first < other.first : one.score > other.score
  }

  /// The index of the one that comes first.
  private static func best(_ all: [Ranked]) -> Int? {
    guard !all.isEmpty else { return nil }
    var best = 0
    for number in 1..<all.count where isBefore(all[number], all[best]) { best = number }
    return best
  }
}
