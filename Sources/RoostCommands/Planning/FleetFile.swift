internal import Fleet
internal import Scheduling
internal import Yams

/// A fleet in a YAML file, to plan without a coordinator; roost-fleet.yaml(5) has its keys.
struct FleetFile: Sendable {
  /// The largest file: some 500,000 VMs.
  static let limitBytes = 64 << 20

  /// The hosts with their VMs.
  private(set) var hosts: [HostSnapshot] = []
  /// The rules, and how many hosts may fail.
  private(set) var policy = PlacementPolicy()

  /// Makes a file of a fleet that was read elsewhere.
  init(hosts: [HostSnapshot], policy: PlacementPolicy) {
    self.hosts = hosts
    self.policy = policy
  }

  /// Reads a file that the user names.
  /// - Throws: ``FleetError``: as ``InputFile/text(limitBytes:)``, and `invalid` that names file and line.
  static func load(_ path: String) throws(FleetError) -> FleetFile {
    let input = InputFile(path: path)
    return try FleetFile(try input.text(limitBytes: limitBytes), file: input.label)
  }

  /// Reads a text.
  /// - Throws: ``FleetError`` with code `invalid` that names file and line.
  init(_ text: String, file: String) throws(FleetError) {
    let node: Node?
    do {
      var sequence = try Yams.compose_all(yaml: text)
      node = sequence.next()
      let second = sequence.next()
      // Iterating a sequence of Yams ends at an error without a word.
      if let error = sequence.error { throw error }
      guard second == nil else {
        throw FleetError(
          .invalid, "\(file):\(second?.mark?.line ?? 1): a second document begins; a fleet file is one document",
          hint: "VMs to place stand in a file of their own: roost place -f FILE")
      }
    } catch let error as YamlError {
      throw VMFile.error(error, file)
    } catch let error as FleetError {
      throw error
    } catch {
      throw FleetError(.invalid, "\(file) is not YAML: \(String(describing: error).printable)")
    }
    guard let node else { throw FleetError(.invalid, "\(file) is empty", hint: "hosts: [{name: h1, vcpus: 8, …}]") }
    let fields = try YAMLFields(node, of: "a fleet", known: ["hosts", "vms", "rules", "policy"], in: file)
    var positions: [String: Int] = [:]
    for node in try fields.list("hosts", atMost: 100_000) ?? [] {
      let host = try FleetFileHost(node, file).snapshot
      guard positions.updateValue(hosts.count, forKey: host.name) == nil else {
        throw FleetError(.invalid, "\(file):\(node.mark?.line ?? 1): two hosts are named \"\(host.name.printable)\"")
      }
      hosts.append(host)
    }
    var names: Set<String> = []
    for node in try fields.list("vms", atMost: 1_000_000) ?? [] {
      let line = try FleetFileVM(node, file)
      let place = "\(file):\(node.mark?.line ?? 1)"
      guard let position = positions[line.host] else {
        let nearest = Spelling.nearest(to: line.host, among: Array(positions.keys)).map { "did you mean \"\($0)\"?" }
        throw FleetError(
          .invalid, "\(place): VM \"\(line.vm.name)\" is on host \"\(line.host.printable)\", which is not in the file",
          hint: nearest ?? "")
      }
      // An unmanaged guest may have a name that is in use.
      guard names.insert(line.vm.name).inserted || !line.vm.isManaged else {
        throw FleetError(.invalid, "\(place): two VMs are named \"\(line.vm.name)\"")
      }
      hosts[position].put(line.vm)
    }
    policy.rules = try FleetFileRule.rules(try fields.list("rules", atMost: 10_000) ?? [], file)
    try readPolicy(fields, file)
  }

  private mutating func readPolicy(_ fields: YAMLFields, _ file: String) throws(FleetError) {
    guard let node = fields.node("policy") else { return }
    let inner = try YAMLFields(node, of: "policy", known: ["survive", "weights", "aim"], in: file)
    if let survive = try inner.integer("survive") {
      guard (0...2).contains(survive) else { throw inner.error("survive", "survive is 0, 1 or 2") }
      policy.survive = survive
    }
    if let strategy = try inner.word("aim", PlacementStrategy.self) { policy.strategy = strategy }
    for (name, value) in try inner.pairs("weights") {
      guard let text = value.scalar?.string, let weight = Double(text), (0...1000).contains(weight) else {
        throw inner.error("weights", "the weight of \(name.printable) is a number from 0 to 1000")
      }
      policy.weights[name] = weight
    }
  }
}

extension HostSnapshot {
  /// Adds a VM to its host without checking capacity: the file describes the present state.
  fileprivate mutating func put(_ vm: PlacedVM) {
    reserved += vm.request.spec.reservation
    vmCount += 1
    for (name, size) in vm.request.constraints.pools { traits.pools[name]?.reserve(size.bytes) }
    for (kind, number) in vm.request.constraints.devices { traits.devices[kind]?.reserve(Int64(number)) }
    vms.append(vm)
  }
}

/// The keys of one host or VM of a fleet file, in the order in which they were added.
struct FleetFileKeys {
  var entries: [OutputValue.Entry] = []

  /// Adds a key, unless its value is the default.
  mutating func add(_ key: String, _ value: OutputValue, unless saysNothing: Bool = false) {
    if !saysNothing { entries.append(OutputValue.Entry(key: key, value: value)) }
  }

  /// Adds what a host has beyond CPUs, memory, disk and networks; pool space and devices that its VMs use are listed
  /// with the VMs.
  mutating func add(_ traits: HostTraits, _ vms: [PlacedVM]) {
    add("cpu_models", .text(traits.cpuModels.sorted().joined(separator: " ")), unless: traits.cpuModels.isEmpty)
    add("qemu", .text(traits.qemuVersion), unless: traits.qemuVersion.isEmpty)
    add(
      "numa", .list(traits.cells.map { .object(["cpus": .count($0.cpus.count), "memory": .bytes($0.memory)]) }),
      unless: traits.cells.isEmpty)
    add(
      "huge_pages",
      .list(
        traits.hugePages.map {
          let mark = $0.isDefault ? [OutputValue.Entry(key: "default", value: .flag(true))] : []
          return .object(
            [
              .init(key: "size", value: .bytes($0.pageSize)), .init(key: "total", value: .count($0.total)),
              .init(key: "free", value: .count($0.free)),
            ] + mark)
        }), unless: traits.hugePages.isEmpty)
    let pools = traits.pools.sorted { $0.key < $1.key }.map { name, pool in
      let nominal = vms.reduce(ByteCount.zero) { $0 + ($1.request.constraints.pools[name] ?? .zero) }
      let used = max(0, max(0, pool.reserved) - nominal.bytes)
      return OutputValue.Entry(
        key: name,
        value: used == 0 ? .integer(pool.total) : .object(["size": .integer(pool.total), "used": .integer(used)]))
    }
    add("pools", .object(pools), unless: pools.isEmpty)
    add("shared_pools", .texts(traits.sharedPools.sorted()), unless: traits.sharedPools.isEmpty)
    let devices = traits.devices.sorted { $0.key < $1.key }.map {
      OutputValue.Entry(key: $0.key, value: .integer($0.value.total))
    }
    add("devices", .object(devices), unless: devices.isEmpty)
    add("vlans", .list(traits.vlans.sorted().map { .count($0) }), unless: traits.vlans.isEmpty)
    add("offers", .texts(traits.offers.sorted()), unless: traits.offers.isEmpty)
    add("load", .number(traits.load ?? 0), unless: traits.load == nil)
    add("load_age_seconds", .number(traits.loadAgeSeconds), unless: traits.load == nil)
  }
}

/// One rule of a ``FleetFile``, such as `{apart: web}` or `{apart_by: {group: web, label: rack}}`.
enum FleetFileRule {
  private static let kinds: [(key: String, kind: PlacementRule.Kind, hasLabel: Bool)] = [
    ("apart", .apart, false), ("together", .together, false), ("spread", .spread, false), ("apart_by", .apart, true),
    ("together_by", .together, true), ("spread_by", .spread, true),
  ]

  /// The rules of a list.
  static func rules(_ nodes: [Node], _ file: String) throws(FleetError) -> [PlacementRule] {
    var rules: [PlacementRule] = []
    for node in nodes { rules.append(try rule(node, file)) }
    return rules
  }

  private static func rule(_ node: Node, _ file: String) throws(FleetError) -> PlacementRule {
    let fields = try YAMLFields(node, of: "a rule", known: kinds.map(\.key) + ["soft"], in: file)
    let said = kinds.filter { fields.node($0.key) != nil }
    guard said.count == 1, let (key, kind, hasLabel) = said.first else {
      throw fields.error("soft", "a rule says one of \(kinds.map(\.key).joined(separator: ", "))")
    }
    let isSoft = try fields.flag("soft") ?? false
    guard hasLabel, let inner = fields.node(key) else {
      return PlacementRule(kind, try fields.requiredText(key), isSoft: isSoft)
    }
    let place = try YAMLFields(inner, of: key, known: ["group", "label"], in: file)
    return PlacementRule(
      kind, try place.requiredText("group"), by: try place.requiredText("label"), isSoft: isSoft)
  }
}
