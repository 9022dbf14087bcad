internal import Fleet
internal import Scheduling
internal import Yams

/// One VM of a ``FleetFile``.
struct VMLine {
  static let keys = [
    "name", "host", "vcpus", "memory", "disk", "group", "groups", "state", "tied", "arch", "machine", "networks",
    "require", "avoid", "devices", "pools", "cpu_model", "dirty_per_second",
  ]

  /// What a VM is doing, as far as a plan asks.
  private enum Power: String, CaseIterable {
    case running, paused, starting, migrating, stopped, pending, provisioning, deleting, failed
  }

  /// The VM.
  let vm: PlacedVM
  /// The host it is on.
  let host: String

  init(_ node: Node, _ file: String) throws(FleetError) {
    let fields = try YAMLFields(node, of: "a VM", known: Self.keys, in: file)
    let text = try fields.requiredText("name")
    let name = try fields.located("name") { () throws(FleetError) in try Name.checked(text, of: "VM") }
    host = try fields.requiredText("host")
    guard let vcpus = try fields.integer("vcpus"), vcpus > 0 else {
      throw fields.error("vcpus", "vcpus is missing or not above 0")
    }
    guard let memory = try fields.size("memory") else { throw fields.error("memory", "memory is missing") }
    var spec = VMSpec(name: name, vcpus: vcpus, memory: memory)
    if let disk = try fields.size("disk"), disk > .zero {
      spec.disks = [DiskSpec(target: "vda", source: .blank, size: disk)]
    }
    spec.architecture = try fields.text("arch") ?? "x86_64"
    spec.machine = try fields.text("machine")
    spec.nics = (try fields.texts("networks") ?? []).map { NICSpec(source: .network($0)) }
    let isTied = try fields.flag("tied") ?? false
    let power = try fields.word("state", Power.self) ?? .running
    vm = PlacedVM(
      PlacementRequest(spec: spec, host: isTied ? host : nil, constraints: try Self.constraints(fields)),
      isRunning: [.running, .paused, .starting, .migrating].contains(power),
      dirtyBytesPerSecond: try fields.size("dirty_per_second")?.bytes ?? 0)
  }

  /// What a file says a VM asks of hosts.
  static func constraints(_ fields: YAMLFields) throws(FleetError) -> PlacementConstraints {
    var wish = PlacementConstraints(
      require: try labels("require", fields), avoid: try labels("avoid", fields),
      groups: Set((try fields.texts("groups") ?? []) + (try fields.texts("group") ?? [])),
      cpuModel: try fields.text("cpu_model"))
    for (kind, value) in try fields.pairs("devices") {
      guard let count = value.scalar.flatMap({ Int($0.string) }), (0...10_000).contains(count) else {
        throw fields.error("devices", "devices: \(kind.printable) is a whole number")
      }
      wish.devices[kind] = count
    }
    for (name, value) in try fields.pairs("pools") {
      let text = value.scalar?.string ?? ""
      wish.pools[name] = try fields.located("pools") { () throws(FleetError) in try Memory(parsing: text) }
    }
    return wish
  }

  /// Labels with the values that count: one, a list, or none for any.
  private static func labels(_ key: String, _ fields: YAMLFields) throws(FleetError) -> [String: Set<String>] {
    var labels: [String: Set<String>] = [:]
    for (name, value) in try fields.pairs(key) {
      switch value {
      case .scalar(let scalar): labels[name] = scalar.string.isEmpty ? [] : [scalar.string]
      case .sequence(let items): labels[name] = Set(items.compactMap { $0.scalar?.string })
      case .mapping, .alias: throw fields.error(key, "\(key): \(name.printable) has a word or a list of words")
      }
    }
    return labels
  }
}
