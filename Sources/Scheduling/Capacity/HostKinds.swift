internal import Fleet

/// Hosts sorted into kinds: alike in all that filters ask but for name and room, so that one answer serves them all.
struct HostKinds: Sendable {
  /// What makes a kind.
  private struct Key: Hashable {
    let state: HostState
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
    let files: KnownFiles
  }

  /// The kind of each host, in the order of the hosts.
  private(set) var of: [Int] = []
  /// A host of each kind.
  private(set) var samples: [HostSnapshot] = []

  init(_ hosts: [HostSnapshot]) {
    var known: [Key: Int] = [:]
    of.reserveCapacity(hosts.count)
    for host in hosts {
      let key = Key(
        state: host.state, isCurrent: host.isCurrent, hasReported: host.capacity != nil, ratio: host.capacity?.cpuRatio,
        kvmUsable: host.kvmUsable,
        emulators: host.emulators, networks: host.networks, bridges: host.bridges, labels: host.labels,
        cpuModels: host.traits.cpuModels, cells: host.traits.cells, vlans: host.traits.vlans,
        qemuVersion: host.traits.qemuVersion,
        sharedPools: host.traits.sharedPools, files: host.files)
      if let kind = known[key] {
        of.append(kind)
      } else {
        known[key] = samples.count
        of.append(samples.count)
        samples.append(host)
      }
    }
  }
}
