internal import Fleet

extension FleetFile {
  /// The fleet that listings show, as a file has it. What they do not tell apart, such as the disks of each VM, counts
  /// as reserved on the host and stays there.
  static func tree(hosts: [HostSummary], vms: [VMSummary]) -> Tree {
    let byHost = Dictionary(grouping: vms, by: \.host)
    let ordered = hosts.sorted { $0.name < $1.name }
    return .object([
      "hosts": .list(ordered.map { tree(of: $0, vms: byHost[$0.name] ?? []) }),
      "vms": .list(ordered.flatMap { host in (byHost[host.name] ?? []).filter(\.managed) }.map(tree(of:))),
    ])
  }

  private static func tree(of host: HostSummary, vms: [VMSummary]) -> Tree {
    let capacity = host.capacity ?? HostCapacity(vcpus: 0, memory: .zero, disk: .zero)
    let managed = vms.filter(\.managed)
    let vcpus = managed.reduce(0) { $0 + max(1, $1.vcpus) }
    let memory = managed.reduce(Memory.zero) { $0 + $1.memory }
    return .object([
      "name": .text(host.name), "vcpus": .count(capacity.vcpus), "memory": .bytes(capacity.memory),
      "disk": .bytes(capacity.disk), "cpu_ratio": .number(capacity.cpuRatio),
      "memory_ratio": .number(capacity.memoryRatio), "reserved_memory": .bytes(capacity.reservedMemory),
      "labels": .labels(host.labels), "kvm": .flag(host.acceleration.contains("kvm")),
      "state": .text(host.state.rawValue),
      "other": .object([
        "vcpus": .count(max(0, host.reserved.vcpus - vcpus)), "memory": .bytes(host.reserved.memory - memory),
        "disk": .bytes(host.reserved.disk),
      ]),
    ])
  }

  private static func tree(of vm: VMSummary) -> Tree {
    .object([
      "name": .text(vm.name), "host": .text(vm.host), "vcpus": .count(max(1, vm.vcpus)), "memory": .bytes(vm.memory),
      "arch": .text(vm.architecture), "state": .text(vm.state.name == "deleted" ? "stopped" : vm.state.name),
    ])
  }
}
