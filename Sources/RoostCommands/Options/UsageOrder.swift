internal import ArgumentParser
internal import Fleet

/// What `roost top` shows first.
enum UsageOrder: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// The most processor time.
  case cpu
  /// The most memory.
  case memory
  /// The most bytes to and from disks.
  case disk
  /// The most bytes to and from the network.
  case network
  /// In the order of names.
  case name

  /// The VMs in this order, those of silent hosts last; equals by name.
  func sorted(_ vms: [VMUsage]) -> [VMUsage] {
    vms.map { (vm: $0, amount: amount(of: $0)) }.sorted { left, right in
      if left.vm.isCurrent != right.vm.isCurrent { return left.vm.isCurrent }
      if left.amount != right.amount { return left.amount > right.amount }
      return (left.vm.name, left.vm.host) < (right.vm.name, right.vm.host)
    }.map(\.vm)
  }

  /// The hosts in this order, silent ones last. Disks and network of a host are not measured: then names decide.
  func sorted(_ hosts: [HostUsage]) -> [HostUsage] {
    hosts.map { (host: $0, amount: amount(of: $0)) }.sorted { left, right in
      if left.host.isSilent != right.host.isSilent { return right.host.isSilent }
      if left.amount != right.amount { return left.amount > right.amount }
      return left.host.name < right.host.name
    }.map(\.host)
  }

  /// What nobody measured stands behind everything that was.
  private func amount(of vm: VMUsage) -> Double {
    func sum(_ one: Double?, _ other: Double?) -> Double { one == nil && other == nil ? -1 : (one ?? 0) + (other ?? 0) }
    return switch self {
    case .cpu: vm.rates.cpus ?? -1
    case .memory: vm.memoryUsed.map { Double($0.bytes) } ?? -1
    case .disk: sum(vm.rates.readBytesPerSecond, vm.rates.writtenBytesPerSecond)
    case .network: sum(vm.rates.receivedBytesPerSecond, vm.rates.sentBytesPerSecond)
    case .name: 0
    }
  }

  private func amount(of host: HostUsage) -> Double {
    switch self {
    case .cpu: host.load.map { $0 / Double(max(1, host.cpus)) } ?? -1
    case .memory: host.memoryFree.map { Double(host.memory.bytes - $0.bytes) } ?? -1
    case .disk, .network, .name: 0
    }
  }
}
