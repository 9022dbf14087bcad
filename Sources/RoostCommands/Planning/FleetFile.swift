internal import Fleet
internal import Scheduling
internal import Yams

/// A fleet in a YAML file, to plan without a coordinator; see the documentation of `RoostCommands` for its keys.
struct FleetFile: Sendable {
  /// What such a file may hold at most: some 500,000 VMs.
  static let limitBytes = 64 << 20

  /// The hosts with their VMs.
  private(set) var hosts: [HostSnapshot] = []
  /// The rules, and what must survive.
  private(set) var policy = FleetPolicy()

  /// Takes a fleet that was read elsewhere.
  init(hosts: [HostSnapshot], policy: FleetPolicy) {
    self.hosts = hosts
    self.policy = policy
  }

  /// Reads a file that a person names.
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
      node = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw VMFile.error(error, file)
    } catch {
      throw FleetError(.invalid, "\(file) is not YAML: \(String(describing: error).printable)")
    }
    guard let node else { throw FleetError(.invalid, "\(file) is empty", hint: "hosts: [{name: h1, vcpus: 8, …}]") }
    let fields = try YAMLFields(node, of: "a fleet", known: ["hosts", "vms", "rules", "policy"], in: file)
    var positions: [String: Int] = [:]
    for node in try fields.list("hosts", atMost: 100_000) ?? [] {
      let host = try HostLine(node, file).snapshot
      guard positions.updateValue(hosts.count, forKey: host.name) == nil else {
        throw FleetError(.invalid, "\(file):\(node.mark?.line ?? 1): two hosts are named \"\(host.name.printable)\"")
      }
      hosts.append(host)
    }
    var names: Set<String> = []
    for node in try fields.list("vms", atMost: 1_000_000) ?? [] {
      let line = try VMLine(node, file)
      let place = "\(file):\(node.mark?.line ?? 1)"
      guard let position = positions[line.host] else {
        let nearest = Spelling.nearest(to: line.host, among: Array(positions.keys)).map { "did you mean \"\($0)\"?" }
        throw FleetError(
          .invalid, "\(place): VM \"\(line.vm.name)\" is on host \"\(line.host.printable)\", which is not in the file",
          hint: nearest ?? "")
      }
      // A guest that Roost does not manage may have any name.
      guard names.insert(line.vm.name).inserted || !line.vm.isManaged else {
        throw FleetError(.invalid, "\(place): two VMs are named \"\(line.vm.name)\"")
      }
      hosts[position].seat(line.vm)
    }
    policy.rules = try RuleLine.rules(try fields.list("rules", atMost: 10_000) ?? [], file)
    try readPolicy(fields, file)
  }

  private mutating func readPolicy(_ fields: YAMLFields, _ file: String) throws(FleetError) {
    guard let node = fields.node("policy") else { return }
    let inner = try YAMLFields(node, of: "policy", known: ["survive", "weights", "aim"], in: file)
    if let survive = try inner.integer("survive") {
      guard (0...2).contains(survive) else { throw inner.error("survive", "survive is 0, 1 or 2") }
      policy.survive = survive
    }
    if let aim = try inner.word("aim", PlacementPolicy.self) { policy.aim = aim }
    for (name, value) in try inner.pairs("weights") {
      guard let text = value.scalar?.string, let weight = Double(text), (0...1000).contains(weight) else {
        throw inner.error("weights", "the weight of \(name.printable) is a number from 0 to 1000")
      }
      policy.weights[name] = weight
    }
  }
}

extension HostSnapshot {
  /// Puts a VM there, whether it has room or not: that is what a file says of what is.
  fileprivate mutating func seat(_ vm: PlacedVM) {
    reserved += vm.request.spec.reservation
    vmCount += 1
    for (name, size) in vm.request.constraints.pools { traits.pools[name]?.reserve(size.bytes) }
    for (kind, number) in vm.request.constraints.devices { traits.devices[kind]?.reserve(Int64(number)) }
    vms.append(vm)
  }
}
