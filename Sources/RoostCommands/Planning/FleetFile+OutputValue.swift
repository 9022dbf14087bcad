internal import Fleet
internal import Scheduling

extension FleetFile {
  /// The fleet in the form of a file; reading it back gives the same decisions.
  var outputValue: OutputValue {
    let ordered = hosts.sorted { $0.name < $1.name }
    var entries: [OutputValue.Entry] = [
      .init(key: "hosts", value: .list(ordered.map { .object(Self.entries(of: $0)) })),
      .init(
        key: "vms",
        value: .list(ordered.flatMap { host in host.vms.map { .object(Self.entries(of: $0, on: host.name)) } })),
      .init(key: "rules", value: .list(policy.rules.map(\.outputValue))),
    ]
    entries.append(.init(key: "policy", value: policy.outputValue))
    return .object(entries)
  }

  private static func entries(of host: HostSnapshot) -> [OutputValue.Entry] {
    let capacity = host.capacity ?? HostCapacity(vcpus: 0, memory: .zero, disk: .zero)
    var list = FleetFileKeys()
    list.add("name", .text(host.name))
    list.add("vcpus", .count(capacity.vcpus))
    list.add("memory", .bytes(capacity.memory))
    list.add("disk", .bytes(capacity.disk))
    list.add("cpu_ratio", .number(capacity.cpuRatio))
    list.add("memory_ratio", .number(capacity.memoryRatio))
    list.add("reserved_memory", .bytes(capacity.reservedMemory))
    list.add("labels", .labels(host.labels), unless: host.labels.isEmpty)
    list.add("networks", .texts(host.networks.filter(\.isActive).map(\.name)))
    let inactive = host.networks.filter { !$0.isActive }.map(\.name)
    list.add("inactive_networks", .texts(inactive), unless: inactive.isEmpty)
    list.add("bridges", .texts(host.bridges.sorted()))
    list.add("emulators", .list(host.emulators.map(\.outputValue)))
    list.add("kvm", .flag(host.kvmUsable))
    list.add("state", .text(host.state.rawValue))
    list.add("state_detail", .text(host.stateDetail), unless: host.stateDetail.isEmpty)
    list.add("data_age_seconds", .number(host.dataAgeSeconds ?? 0), unless: host.isCurrent)
    list.add("free_disk", .bytes(host.freePoolSpace ?? .zero), unless: host.freePoolSpace == nil)
    list.add(host.traits, host.vms)
    list.add("other", other(on: host))
    return list.entries
  }

  /// What is reserved beyond the VMs of the file.
  private static func other(on host: HostSnapshot) -> OutputValue {
    let counted = host.vms.reduce(Reservation()) { $0 + $1.request.spec.reservation }
    return .object([
      "vcpus": .count(max(0, host.reserved.vcpus - counted.vcpus)),
      "memory": .bytes(host.reserved.memory - counted.memory), "disk": .bytes(host.reserved.disk - counted.disk),
      "vms": .count(max(0, host.vmCount - host.vms.count)),
    ])
  }

  private static func entries(of vm: PlacedVM, on host: String) -> [OutputValue.Entry] {
    let spec = vm.request.spec
    var list = FleetFileKeys()
    list.add("name", .text(spec.name))
    list.add("host", .text(host))
    list.add("vcpus", .count(max(1, spec.vcpus)))
    list.add("memory", .bytes(spec.memory))
    list.add("disk", .bytes(spec.reservedDisk), unless: spec.reservedDisk == .zero)
    list.add("arch", .text(spec.architecture))
    list.add("machine", .text(spec.machine ?? ""), unless: spec.machine == nil)
    list.add("acceleration", .text(spec.acceleration.rawValue), unless: spec.acceleration == .preferred)
    let networks = spec.nics.compactMap { if case .network(let name) = $0.source { name } else { nil } }
    let bridges = spec.nics.compactMap { if case .bridge(let name) = $0.source { name } else { nil } }
    list.add("networks", .texts(networks), unless: networks.isEmpty)
    list.add("bridges", .texts(bridges), unless: bridges.isEmpty)
    list.add("state", .text(vm.isRunning ? "running" : "stopped"))
    list.add("managed", .flag(false), unless: vm.isManaged)
    list.add("dirty_per_second", .integer(vm.dirtyBytesPerSecond), unless: vm.dirtyBytesPerSecond == 0)
    if case .object(let wanted) = vm.request.constraints.outputValue { list.entries += wanted }
    return list.entries
  }
}
