internal import Fleet

/// Groups hosts that every filter answers alike, so that each filter runs once per group.
struct HostClasses: Sendable {
  /// The class of each host, in the order of the hosts.
  private(set) var of: [Int] = []
  /// For each class, what filters read of its hosts.
  private(set) var samples: [HostSnapshot] = []

  private var known: [HostSnapshot: Int] = [:]

  init(_ hosts: [HostSnapshot]) {
    of.reserveCapacity(hosts.count)
    for host in hosts { of.append(number(of: host)) }
  }

  /// Records that the host at a position has changed.
  mutating func replace(_ position: Int, with host: HostSnapshot) { of[position] = number(of: host) }

  /// The number of the host's class; adds a class if there is none.
  private mutating func number(of host: HostSnapshot) -> Int {
    let inputs = host.filterInputs
    if let known = known[inputs] { return known }
    known[inputs] = samples.count
    samples.append(inputs)
    return samples.count - 1
  }
}
