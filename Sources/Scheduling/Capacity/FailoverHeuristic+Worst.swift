internal import Fleet

extension FailoverHeuristic {
  /// True if any so many hosts may fail, shown without trying them: a bound that promises too little rather than too
  /// much.
  ///
  /// No host has more to lose than the *worst* one, made of the largest VM of each host, the second largest of each,
  /// and so on. So many of the worst find room while the emptiest hosts are gone and no other is counted with more room
  /// than the least of those: whoever fails, the emptiest hosts that then are there stand in for those that are not.
  /// Nothing is promised where hard rules or counted resources speak.
  func outlivesWorst(_ size: Int, on packing: PackingState) -> Bool {
    var isThere = sorts.map { _ in false }
    for lots in lots { for lot in lots { isThere[lot.sort] = true } }
    let there = sorts.indices.filter { isThere[$0] }
    let shapes = Set(there.map { sorts[$0].shape })
    guard there.allSatisfy(isPlain), shapes.allSatisfy({ !packing.shapes[$0].request.constraints.oneCell }) else {
      return false
    }
    let worst = worst()
    guard !worst.isEmpty else { return true }
    let hosts = free.indices.filter { host in shapes.allSatisfy { packing.allows($0, host) } }
    guard hosts.count > size else { return false }
    let keys = free.map(scarcest)
    let order = hosts.sorted { (keys[$0], $0) < (keys[$1], $1) }
    let gone = order.suffix(size)
    let least = gone.reduce(free[order[order.count - 1]]) { $0.least(free[$1]) }
    var room = order.dropLast(size).map { free[$0].least(least) }
    for item in worst {
      var left = size
      for index in room.indices where left > 0 && item.fits(in: room[index]) {
        let count = room[index].count(of: item, most: left)
        room[index] -= item.times(count)
        left -= count
      }
      guard left == 0 else { return false }
    }
    return true
  }

  /// The largest VM of any host in each dimension, then the second largest, and so on.
  private func worst() -> [Resources] {
    var worst: [Resources] = []
    for host in lots.indices {
      var number = 0
      for lot in lots[host] {
        for _ in 0..<lot.count {
          if number == worst.count { worst.append(Resources()) }
          worst[number] = worst[number].most(sorts[lot.sort].size)
          number += 1
        }
      }
    }
    return worst
  }
}
