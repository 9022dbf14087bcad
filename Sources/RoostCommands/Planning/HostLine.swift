internal import Fleet
internal import Scheduling
internal import Yams

/// One host of a ``FleetFile``.
struct HostLine {
  static let keys = [
    "name", "vcpus", "memory", "disk", "cpu_ratio", "memory_ratio", "reserved_memory", "labels", "networks", "bridges",
    "arch", "machines", "kvm", "state", "data_age_seconds", "load", "load_age_seconds", "cpu_models", "qemu", "devices",
    "pools", "shared_pools", "vlans", "other",
  ]

  /// The host without its VMs.
  let snapshot: HostSnapshot

  init(_ node: Node, _ file: String) throws(FleetError) {
    let fields = try YAMLFields(node, of: "a host", known: Self.keys, in: file)
    let text = try fields.requiredText("name")
    let name = try fields.located("name") { () throws(FleetError) in try Name.checked(text, of: "host") }
    guard let vcpus = try fields.integer("vcpus") else { throw fields.error("vcpus", "vcpus is missing") }
    guard let memory = try fields.size("memory") else { throw fields.error("memory", "memory is missing") }
    let networks = try fields.texts("networks") ?? ["default"]
    let machines = try fields.texts("machines") ?? ["pc", "q35"]
    let age = try fields.number("data_age_seconds")
    var host = HostSnapshot(
      // Nobody asks for the identity of a host that stands in a file.
      id: HostID(UniqueID(high: 0, low: UInt64(node.mark?.line ?? 0))), name: name,
      state: try fields.word("state", HostState.self) ?? .ready, isCurrent: age == nil, dataAgeSeconds: age,
      capacity: HostCapacity(
        vcpus: vcpus, memory: memory, disk: try fields.size("disk") ?? .zero,
        cpuRatio: try fields.number("cpu_ratio") ?? 1, memoryRatio: try fields.number("memory_ratio") ?? 1,
        reservedMemory: try fields.size("reserved_memory") ?? .zero),
      reserved: try Self.other(fields, file), kvmUsable: try fields.flag("kvm") ?? true,
      networks: networks.map { HostNetwork(name: $0, bridge: $0, isActive: true, autostart: true) },
      bridges: Set(try fields.texts("bridges") ?? networks))
    host.emulators = (try fields.texts("arch") ?? ["x86_64"]).map {
      Emulator(architecture: $0, path: "", machines: machines, accelerators: ["kvm", "tcg"])
    }
    for (label, value) in try fields.pairs("labels") { host.labels[label] = value.scalar?.string ?? "" }
    host.traits = try Self.traits(fields)
    snapshot = host
  }

  private static func traits(_ fields: YAMLFields) throws(FleetError) -> HostTraits {
    var traits = HostTraits(
      cpuModels: Set(try fields.texts("cpu_models") ?? []), qemuVersion: try fields.text("qemu") ?? "",
      sharedPools: Set(try fields.texts("shared_pools") ?? []),
      vlans: Set((try fields.texts("vlans") ?? []).compactMap { Int($0) }), load: try fields.number("load"),
      loadAgeSeconds: try fields.number("load_age_seconds") ?? 0)
    for (kind, value) in try fields.pairs("devices") {
      guard let count = value.scalar.flatMap({ Int64($0.string) }), count >= 0 else {
        throw fields.error("devices", "devices: \(kind.printable) is a whole number")
      }
      traits.devices[kind] = HostTraits.Countable(total: count)
    }
    for (name, value) in try fields.pairs("pools") {
      let text = value.scalar?.string ?? ""
      let size = try fields.located("pools") { () throws(FleetError) in try Memory(parsing: text) }
      traits.pools[name] = HostTraits.Countable(total: size.bytes)
    }
    return traits
  }

  /// What is reserved beyond the VMs of the file.
  private static func other(_ fields: YAMLFields, _ file: String) throws(FleetError) -> Reservation {
    guard let node = fields.node("other") else { return Reservation() }
    let inner = try YAMLFields(node, of: "other", known: ["vcpus", "memory", "disk"], in: file)
    return Reservation(
      vcpus: max(0, try inner.integer("vcpus") ?? 0), memory: try inner.size("memory") ?? .zero,
      disk: try inner.size("disk") ?? .zero)
  }
}
