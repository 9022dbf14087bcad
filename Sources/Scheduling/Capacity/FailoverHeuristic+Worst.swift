internal import Fleet

extension FailoverHeuristic {
  /// True if any `size` hosts may fail, shown by a sufficient condition instead of trying each set.
  ///
  /// It builds a virtual *worst* host from the largest VM of any host, the second largest of any host, and so on. If
  /// `size` copies of it fit on the other hosts without the `size` emptiest ones, each counted with no more room than
  /// the least of those, any `size` hosts may fail: the emptiest hosts stand in for the failed ones. Returns false if a
  /// VM is subject to hard rules, uses counted resources or must fit into one NUMA cell.
  func outlivesWorst(_ size: Int, on packing: PackingState) -> Bool {
    var isThere = classes.map { _ in false }
    for counts in counts { for group in counts { isThere[group.vmClass] = true } }
    let there = classes.indices.filter { isThere[$0] }
    let shapes = Set(there.map { classes[$0].shape })
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
    for host in counts.indices {
      var number = 0
      for group in counts[host] {
        for _ in 0..<group.count {
          if number == worst.count { worst.append(Resources()) }
          worst[number] = worst[number].most(classes[group.vmClass].size)
          number += 1
        }
      }
    }
    return worst
  }
}
