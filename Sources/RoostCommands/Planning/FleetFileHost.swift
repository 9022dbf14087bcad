internal import Fleet
internal import Scheduling
internal import Yams

/// One host of a ``FleetFile``.
struct FleetFileHost {
  static let keys = [
    "name", "vcpus", "memory", "disk", "cpu_ratio", "memory_ratio", "reserved_memory", "labels", "networks", "bridges",
    "arch", "machines", "kvm", "state", "data_age_seconds", "load", "load_age_seconds", "cpu_models", "qemu", "devices",
    "pools", "shared_pools", "vlans", "other", "state_detail", "inactive_networks", "emulators", "free_disk", "numa",
    "huge_pages", "offers",
  ]
  /// The most entries of a host's generated lists.
  private static let most = 1000

  /// The host without its VMs.
  let snapshot: HostSnapshot

  init(_ node: Node, _ file: String) throws(FleetError) {
    let fields = try YAMLFields(node, of: "a host", known: Self.keys, in: file)
    let text = try fields.requiredText("name")
    let name = try fields.located("name") { () throws(FleetError) in try NameRule.checked(text, of: "host") }
    guard let vcpus = try fields.integer("vcpus") else { throw fields.error("vcpus", "vcpus is missing") }
    guard let memory = try fields.size("memory") else { throw fields.error("memory", "memory is missing") }
    let networks = try fields.texts("networks", atMost: Self.most) ?? ["default"]
    let age = try fields.number("data_age_seconds")
    var host = HostSnapshot(
      // The identity of a host in a file is never used.
      id: HostID(UniqueID(high: 0, low: UInt64(node.mark?.line ?? 0))), name: name,
      state: try fields.word("state", HostState.self) ?? .ready, stateDetail: try fields.text("state_detail") ?? "",
      isCurrent: age == nil, dataAgeSeconds: age,
      capacity: HostCapacity(
        vcpus: vcpus, memory: memory, disk: try fields.size("disk") ?? .zero,
        cpuRatio: try fields.number("cpu_ratio") ?? 1, memoryRatio: try fields.number("memory_ratio") ?? 1,
        reservedMemory: try fields.size("reserved_memory") ?? .zero),
      reserved: try Self.other(fields, file), kvmUsable: try fields.flag("kvm") ?? true,
      networks: networks.map { HostNetwork(name: $0, bridge: $0, isActive: true, autostart: true) },
      bridges: Set(try fields.texts("bridges", atMost: Self.most) ?? networks))
    host.networks += (try fields.texts("inactive_networks", atMost: Self.most) ?? []).map {
      HostNetwork(name: $0, bridge: $0, isActive: false, autostart: false)
    }
    host.emulators = try Self.emulators(fields, file)
    host.freePoolSpace = try fields.size("free_disk")
    for (label, value) in try fields.pairs("labels") { host.labels[label] = value.scalar?.string ?? "" }
    host.vmCount = try Self.otherVMs(fields, file)
    host.traits = try Self.traits(fields)
    host.traits.cells = try Self.cells(fields, file)
    host.traits.hugePages = try Self.hugePages(fields, file)
    for (name, value) in try fields.pairs("pools") {
      host.traits.pools[name] = try Self.pool(name, value, fields, file)
    }
    snapshot = host
  }

  /// The emulators: one by one, or several equal ones by their architectures.
  private static func emulators(_ fields: YAMLFields, _ file: String) throws(FleetError) -> [Emulator] {
    guard let nodes = try fields.list("emulators") else {
      let machines = try fields.words("machines", atMost: most) ?? ["pc", "q35"]
      return (try fields.texts("arch") ?? ["x86_64"]).map {
        Emulator(architecture: $0, path: "", machines: machines, accelerators: ["kvm", "tcg"])
      }
    }
    var emulators: [Emulator] = []
    for node in nodes {
      let inner = try YAMLFields(node, of: "an emulator", known: ["arch", "machines", "accelerators"], in: file)
      emulators.append(
        Emulator(
          architecture: try inner.requiredText("arch"), path: "",
          machines: try inner.words("machines", atMost: most) ?? [],
          accelerators: try inner.words("accelerators", atMost: most) ?? []))
    }
    return emulators
  }

  private static func cells(_ fields: YAMLFields, _ file: String) throws(FleetError) -> [NUMACell] {
    var cells: [NUMACell] = []
    for node in try fields.list("numa") ?? [] {
      let inner = try YAMLFields(node, of: "a NUMA cell", known: ["cpus", "memory"], in: file)
      guard let cpus = try inner.integer("cpus"), (0...4096).contains(cpus), let memory = try inner.size("memory")
      else {
        throw inner.error("cpus", "a NUMA cell has a number of cpus and memory")
      }
      cells.append(NUMACell(id: cells.count, memory: memory, cpus: Array(0..<cpus)))
    }
    return cells
  }

  private static func hugePages(_ fields: YAMLFields, _ file: String) throws(FleetError) -> [HugePages] {
    var pages: [HugePages] = []
    for node in try fields.list("huge_pages") ?? [] {
      let inner = try YAMLFields(node, of: "huge pages", known: ["size", "total", "free", "default"], in: file)
      guard let size = try inner.size("size"), let total = try inner.integer("total"), total >= 0 else {
        throw inner.error("size", "huge pages have a size and a total")
      }
      pages.append(
        HugePages(
          pageSize: size, total: total, free: max(0, try inner.integer("free") ?? total),
          isDefault: try inner.flag("default") ?? false))
    }
    return pages
  }

  /// A pool: its size, or its size and how much of it is used by others than the file's VMs.
  private static func pool(
    _ name: String, _ node: Node, _ fields: YAMLFields, _ file: String
  ) throws(FleetError) -> HostTraits.Countable {
    if case .scalar(let scalar) = node {
      let size = try fields.located("pools") { () throws(FleetError) in try ByteCount(parsing: scalar.string) }
      return HostTraits.Countable(total: size.bytes)
    }
    let inner = try YAMLFields(node, of: "pool \(name.printable)", known: ["size", "used"], in: file)
    guard let size = try inner.size("size") else { throw inner.error("size", "size is missing") }
    return HostTraits.Countable(total: size.bytes, reserved: try inner.size("used")?.bytes ?? 0)
  }

  private static func otherVMs(_ fields: YAMLFields, _ file: String) throws(FleetError) -> Int {
    guard let node = fields.node("other") else { return 0 }
    let inner = try YAMLFields(node, of: "other", known: otherKeys, in: file)
    guard let count = try inner.integer("vms") else { return 0 }
    guard (0...1_000_000).contains(count) else { throw inner.error("vms", "a host has 0 to 1,000,000 VMs") }
    return count
  }

  private static let otherKeys = ["vcpus", "memory", "disk", "vms"]

  private static func traits(_ fields: YAMLFields) throws(FleetError) -> HostTraits {
    var traits = HostTraits(
      cpuModels: Set(try fields.words("cpu_models", atMost: most) ?? []), qemuVersion: try fields.text("qemu") ?? "",
      sharedPools: Set(try fields.texts("shared_pools") ?? []),
      vlans: Set((try fields.texts("vlans", atMost: most) ?? []).compactMap { Int($0) }),
      offers: Set(try fields.words("offers", atMost: HostFacts.offerLimit) ?? []), load: try fields.number("load"),
      loadAgeSeconds: try fields.number("load_age_seconds") ?? 0)
    for (kind, value) in try fields.pairs("devices") {
      guard let count = value.scalar.flatMap({ Int64($0.string) }), count >= 0 else {
        throw fields.error("devices", "devices: \(kind.printable) is a whole number")
      }
      traits.devices[kind] = HostTraits.Countable(total: count)
    }
    return traits
  }

  /// What is reserved beyond the VMs of the file.
  private static func other(_ fields: YAMLFields, _ file: String) throws(FleetError) -> Reservation {
    guard let node = fields.node("other") else { return Reservation() }
    let inner = try YAMLFields(node, of: "other", known: otherKeys, in: file)
    return Reservation(
      vcpus: max(0, try inner.integer("vcpus") ?? 0), memory: try inner.size("memory") ?? .zero,
      disk: try inner.size("disk") ?? .zero)
  }
}
