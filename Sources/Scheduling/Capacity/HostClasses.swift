internal import Fleet

/// Sorts hosts into kinds: alike in all that filters examine but name and room, so that one answer serves them all.
struct HostClasses: Sendable {
  /// What makes a kind.
  fileprivate struct Key: Hashable {
    let state: HostState
    /// The reason of a host that can't take work; empty for others.
    let stateDetail: String
    let isCurrent: Bool
    let hasReported: Bool
    let ratio: Double?
    let kvmUsable: Bool
    let emulators: [Emulator]
    let networks: [HostNetwork]
    let bridges: Set<String>
    let labels: [String: String]
    let cpuModels: Set<String>
    let cells: [NUMACell]
    let vlans: Set<Int>
    let qemuVersion: String
    let sharedPools: Set<String>
    let portObstacle: String?
    let files: KnownFiles
    let offers: Set<String>
    let trust: HostTrust?
  }

  /// The kind of each host, in the order of the hosts.
  private(set) var of: [Int] = []
  /// One host of each kind.
  private(set) var samples: [HostSnapshot] = []

  private var known: [Key: Int] = [:]

  init(_ hosts: [HostSnapshot]) {
    of.reserveCapacity(hosts.count)
    for host in hosts { of.append(kind(of: host)) }
  }

  /// Records that the host at a position has changed.
  mutating func replace(_ position: Int, with host: HostSnapshot) { of[position] = kind(of: host) }

  /// The host's kind; a new kind takes the host as its sample.
  private mutating func kind(of host: HostSnapshot) -> Int {
    let key = Key(host)
    if let kind = known[key] { return kind }
    known[key] = samples.count
    samples.append(host)
    return samples.count - 1
  }
}

extension HostClasses.Key {
  init(_ host: HostSnapshot) {
    self.init(
      state: host.state, stateDetail: host.state == .ready ? "" : host.stateDetail, isCurrent: host.isCurrent,
      hasReported: host.capacity != nil, ratio: host.capacity?.cpuRatio,
      kvmUsable: host.kvmUsable, emulators: host.emulators, networks: host.networks, bridges: host.bridges,
      labels: host.labels, cpuModels: host.traits.cpuModels, cells: host.traits.cells, vlans: host.traits.vlans,
      qemuVersion: host.traits.qemuVersion, sharedPools: host.traits.sharedPools,
      portObstacle: host.traits.portObstacle, files: host.files, offers: host.traits.offers, trust: host.traits.trust)
  }
}
