internal import Fleet
internal import Scheduling
internal import Yams

/// One VM of a ``FleetFile``.
struct FleetFileVM {
  static let keys =
    [
      "name", "host", "vcpus", "memory", "disk", "state", "tied", "managed", "arch", "machine", "acceleration",
      "networks", "bridges", "dirty_per_second",
    ] + constraintKeys
  /// The keys of a VM's constraints, in a fleet file and in a VM file.
  static let constraintKeys = [
    "group", "groups", "require", "avoid", "pinned", "devices", "pools", "cpu_model", "huge_page", "one_cell", "vlans",
    "needs",
  ]

  /// The power state of a VM, as far as a plan needs it.
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
    let isManaged = try fields.flag("managed") ?? true
    let name = try fields.located("name") { () throws(FleetError) in
      // An unmanaged VM may have any name that libvirt accepts.
      isManaged ? try NameRule.checkedForeign(text) : text
    }
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
    if let wanted = try fields.word("acceleration", AccelerationPreference.self) { spec.acceleration = wanted }
    spec.nics = (try fields.texts("networks") ?? []).map { NICSpec(source: .network($0)) }
    spec.nics += (try fields.texts("bridges") ?? []).map { NICSpec(source: .bridge($0)) }
    var constraints = try Self.constraints(fields)
    if try fields.flag("tied") == true { constraints.isPinned = true }
    let isTied = constraints.isPinned || !isManaged
    let power = try fields.word("state", Power.self) ?? .running
    vm = PlacedVM(
      PlacementRequest(spec: spec, host: isTied ? host : nil, constraints: constraints),
      isRunning: [.running, .paused, .starting, .migrating].contains(power), isManaged: isManaged,
      dirtyBytesPerSecond: try fields.size("dirty_per_second")?.bytes ?? 0)
  }

  /// The constraints of a VM in a file.
  static func constraints(_ fields: YAMLFields) throws(FleetError) -> PlacementConstraints {
    let isDefault = try fields.text("huge_page") == "default"
    var wanted = PlacementConstraints(
      require: try labels("require", fields), avoid: try labels("avoid", fields),
      groups: Set((try fields.texts("groups") ?? []) + (try fields.texts("group") ?? [])),
      hugePage: isDefault ? nil : try fields.size("huge_page"), usesDefaultHugePages: isDefault,
      oneCell: try fields.flag("one_cell") ?? false,
      cpuModel: try fields.text("cpu_model"), isPinned: try fields.flag("pinned") ?? false)
    for text in try fields.texts("vlans") ?? [] {
      guard let vlan = Int(text) else { throw fields.error("vlans", "vlans is a list of numbers") }
      wanted.vlans.insert(vlan)
    }
    for text in try fields.texts("needs") ?? [] {
      let words = text.split(separator: " ", maxSplits: 1).map(String.init)
      guard words.count == 2, let kind = HostNeed.Kind(rawValue: words[0]) else {
        throw fields.error("needs", "needs: \(text.printable) is not a kind and which one, such as tpm emulator")
      }
      wanted.needs.insert(HostNeed(kind, words[1], for: "it"))
    }
    for (kind, value) in try fields.pairs("devices") {
      guard let count = value.scalar.flatMap({ Int($0.string) }), (0...10_000).contains(count) else {
        throw fields.error("devices", "devices: \(kind.printable) is a whole number")
      }
      wanted.devices[kind] = count
    }
    for (name, value) in try fields.pairs("pools") {
      let text = value.scalar?.string ?? ""
      wanted.pools[name] = try fields.located("pools") { () throws(FleetError) in try ByteCount(parsing: text) }
    }
    do {
      try wanted.validated()
    } catch {
      throw fields.error("name", error.message, hint: error.hint)
    }
    return wanted
  }

  /// Labels with their accepted values: one, a list, or none for any.
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
