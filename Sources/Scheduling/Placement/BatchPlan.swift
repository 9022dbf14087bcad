package import Fleet

/// Where several VMs go that are placed together.
package struct BatchPlan: Hashable, Sendable {
  /// What to do if not all of them fit.
  package enum Mode: String, Hashable, Sendable, CaseIterable {
    /// None is placed unless all are.
    case allOrNothing = "all-or-nothing"
    /// As many as fit are placed.
    case bestEffort = "best-effort"
  }

  /// Where one VM goes.
  package struct Item: Hashable, Sendable {
    /// The VM's name.
    package var vm: String
    /// Its host, or nil if it has none.
    package var host: String?
    /// The chosen host's score, or nil.
    package var score: Double?
    /// Why each host refused it, by name, if it has none.
    package var refused: [Refusal]

    /// Makes an item.
    package init(vm: String, host: String?, score: Double?, refused: [Refusal]) {
      self.vm = vm
      self.host = host
      self.score = score
      self.refused = refused
    }
  }

  /// One item for each request, in the order of the requests.
  package var items: [Item]
  /// True if every VM has found a host.
  package var isComplete: Bool
  /// The indices of the requests in the order in which placing each by itself gives these hosts.
  package var order: [Int]

  /// Makes a plan.
  package init(items: [Item], isComplete: Bool, order: [Int] = []) {
    self.items = items
    self.isComplete = isComplete
    self.order = order
  }

  /// How many more rounds are tried, each with the VMs that found no host placed first.
  static let rounds = 4

  /// Places VMs, the largest first because they are the hardest to place. In another round the VMs that found no host
  /// come first; the round that places most wins. With ``Mode/allOrNothing`` no item has a host unless all have one.
  package static func plan(
    _ requests: [PlacementRequest], on hosts: [HostSnapshot], under policy: PlacementPolicy = PlacementPolicy(),
    mode: Mode = .bestEffort
  ) -> BatchPlan {
    let start = PlacementIndex(hosts, under: policy)
    var order = order(of: requests, on: hosts)
    var best: (items: [Item?], order: [Int]) = ([], [])
    var most = -1
    for _ in 0..<rounds {
      let items = round(requests, order, start)
      let count = items.count { $0?.host != nil }
      if count > most { (best, most) = ((items, order), count) }
      guard count < requests.count else { break }
      let failed = order.filter { items[$0]?.host == nil }
      let next = failed + order.filter { items[$0]?.host != nil }
      guard next != order else { break }
      order = next
    }
    let isComplete = most == requests.count
    let items = best.items.enumerated().map { number, item in
      item ?? Item(vm: requests[number].spec.name, host: nil, score: nil, refused: [])
    }
    guard !isComplete, mode == .allOrNothing else {
      return BatchPlan(items: items, isComplete: isComplete, order: best.order)
    }
    return BatchPlan(
      items: items.map { Item(vm: $0.vm, host: nil, score: nil, refused: $0.refused) }, isComplete: false,
      order: best.order)
  }

  /// The decision on each request, in the order of the requests, when each is placed by itself in ``order``; in full
  /// with every host's reasons, else in the brief form that is stored.
  package func decisions(
    on requests: [PlacementRequest], among hosts: [HostSnapshot], under policy: PlacementPolicy = PlacementPolicy(),
    inFull: Bool = false
  ) -> [PlacementDecision] {
    var index = PlacementIndex(hosts, under: policy)
    var decisions = Array(repeating: PlacementDecision(ranking: [], refused: []), count: requests.count)
    for number in order {
      decisions[number] = inFull ? index.decision(for: requests[number]) : index.brief(requests[number])
      if let host = decisions[number].host { index.add(PlacedVM(requests[number]), to: host) }
    }
    return decisions
  }

  private static func round(_ requests: [PlacementRequest], _ order: [Int], _ start: PlacementIndex) -> [Item?] {
    var index = start
    var items: [Item?] = Array(repeating: nil, count: requests.count)
    for number in order {
      let request = requests[number]
      if let choice = index.choose(request), index.add(PlacedVM(request), to: choice.host) {
        items[number] = Item(vm: request.spec.name, host: choice.host, score: choice.score, refused: [])
      } else {
        let refused = index.decision(for: request).refused
        items[number] = Item(vm: request.spec.name, host: nil, score: nil, refused: refused)
      }
    }
    return items
  }

  /// First the requests for one host only, then by the share of the largest host, then by name and position in the
  /// list.
  private static func order(of requests: [PlacementRequest], on hosts: [HostSnapshot]) -> [Int] {
    var largest = Resources()
    for host in hosts {
      let limit = Resources(host.capacity?.limit ?? Reservation())
      largest = Resources(
        vcpus: max(largest.vcpus, limit.vcpus), memory: max(largest.memory, limit.memory),
        disk: max(largest.disk, limit.disk))
    }
    let share = requests.map { Resources($0.spec.reservation).share(of: largest) }
    return requests.indices.sorted { left, right in
      let (a, b) = (requests[left], requests[right])
      if (a.host == nil) != (b.host == nil) { return a.host != nil }
      if share[left] != share[right] { return share[left] > share[right] }
      return (a.spec.name, left) < (b.spec.name, right)
    }
  }
}
