import Fleet
import FleetTestKit
import Scheduling
import Testing

/// A fleet of a few hosts that can be drawn from a seed, made smaller, and printed as the commands of a scenario.
struct SmallFleet: CustomStringConvertible {
  struct HostLine {
    var name: String
    var vcpus: Int
    var memory: Int
    var disk: Int
    var rack: String
    var state = HostState.ready
    /// GiB of its pool `ssd`.
    var ssd = 0
  }

  struct VMLine {
    var name: String
    var host: String
    var size: Size
    var group: String?
    var isTied = false
  }

  /// A size in CPUs and GiB.
  struct Size: Hashable {
    var vcpus: Int
    var memory: Int
    var disk: Int
    /// What it takes of the pool `ssd`.
    var ssd = 0
  }

  var hosts: [HostLine] = []
  var vms: [VMLine] = []
  var rules: [PlacementRule] = []
  var wanted = Size(vcpus: 1, memory: 1, disk: 0)
  var itemGroup: String?

  /// Draws a fleet; what is on a host has room there, and no rule is broken more than chance has it.
  init(
    seed: UInt64, hosts count: ClosedRange<Int> = 1...4, vms most: Int = 6, hasRules: Bool = true,
    hasPools: Bool = false
  ) {
    let source = SeededRandomSource(seed: seed)
    for number in 1...source.int(in: count) {
      var host = HostLine(
        name: "h\(number)", vcpus: source.int(in: 2...8), memory: source.int(in: 2...8), disk: source.int(in: 2...12),
        rack: source.element(of: ["a", "b"]))
      if source.once(in: 8) { host.state = .cordoned }
      if hasPools { host.ssd = source.int(in: 0...4) }
      hosts.append(host)
    }
    if hasRules, source.once(in: 2) {
      rules = [PlacementRule(.apart, "web", by: source.element(of: [nil, "rack"]), isSoft: source.once(in: 4))]
    }
    for number in 0..<source.int(in: 0...most) {
      var vm = VMLine(
        name: "v\(number)", host: source.element(of: hosts).name, size: Self.size(source),
        group: source.once(in: 3) ? "web" : nil, isTied: source.once(in: 9))
      if hasPools, source.once(in: 3) { vm.size.ssd = source.int(in: 1...2) }
      if room(on: vm.host, for: vm.size) { vms.append(vm) }
    }
    wanted = Self.size(source)
    wanted.vcpus = max(wanted.vcpus, 2)
    wanted.memory = max(wanted.memory, 2)
    itemGroup = source.once(in: 4) ? "web" : nil
    if hasPools, source.once(in: 2) { wanted.ssd = 1 }
  }

  private static func size(_ source: SeededRandomSource) -> Size {
    Size(vcpus: source.int(in: 1...4), memory: source.int(in: 1...4), disk: source.int(in: 0...3))
  }

  func used(on host: String) -> Size {
    vms.filter { $0.host == host }.reduce(Size(vcpus: 0, memory: 0, disk: 0)) { sum, vm in
      Size(
        vcpus: sum.vcpus + vm.size.vcpus, memory: sum.memory + vm.size.memory, disk: sum.disk + vm.size.disk,
        ssd: sum.ssd + vm.size.ssd)
    }
  }

  private func room(on name: String, for size: Size) -> Bool {
    guard let host = hosts.first(where: { $0.name == name }) else { return false }
    let used = used(on: name)
    return used.vcpus + size.vcpus <= host.vcpus && used.memory + size.memory <= host.memory
      && used.disk + size.disk <= host.disk && used.ssd + size.ssd <= host.ssd
  }

  var policy: PlacementPolicy { PlacementPolicy(rules: rules) }

  /// What is asked for in the questions.
  var request: PlacementRequest { Self.request("new", wanted, itemGroup) }

  static func request(_ name: String, _ size: Size, _ group: String?, host: String? = nil) -> PlacementRequest {
    PlacementRequest(
      spec: .sample(
        name, vcpus: size.vcpus, memory: .gibibytes(Int64(size.memory)), disk: .gibibytes(Int64(size.disk))),
      host: host,
      constraints: PlacementConstraints(
        groups: group.map { [$0] } ?? [], pools: size.ssd > 0 ? ["ssd": .gibibytes(Int64(size.ssd))] : [:]))
  }

  var snapshots: [HostSnapshot] {
    hosts.map { line in
      var host = HostSnapshot.sample(
        line.name,
        capacity: HostCapacity(
          vcpus: line.vcpus, memory: .gibibytes(Int64(line.memory)), disk: .gibibytes(Int64(line.disk))))
      host.state = line.state
      host.labels = ["rack": line.rack]
      if line.ssd > 0 { host.traits.pools = ["ssd": .init(total: ByteCount.gibibytes(Int64(line.ssd)).bytes)] }
      for vm in vms where vm.host == line.name {
        let request = Self.request(vm.name, vm.size, vm.group, host: vm.isTied ? vm.host : nil)
        host.reserved += request.spec.reservation
        host.traits.pools["ssd"]?.reserved += ByteCount.gibibytes(Int64(vm.size.ssd)).bytes
        host.vmCount += 1
        host.vms.append(PlacedVM(request))
      }
      return host
    }
  }

  /// The commands of a scenario that make this fleet.
  var description: String {
    let hosts = hosts.map {
      "host \($0.name) vcpus=\($0.vcpus) memory=\($0.memory)GiB disk=\($0.disk)GiB rack=\($0.rack) "
        + "state=\($0.state.rawValue)" + ($0.ssd > 0 ? " pool.ssd=\($0.ssd)GiB" : "")
    }
    let rules = rules.map {
      "rule \($0.kind.rawValue) \($0.group)\($0.label.map { " by=\($0)" } ?? "") soft=\($0.isSoft)"
    }
    let vms = vms.map { vm in
      let group = vm.group.map { " group=\($0)" } ?? ""
      return "vm \(vm.name) on=\(vm.host) vcpus=\(vm.size.vcpus) memory=\(vm.size.memory)GiB disk=\(vm.size.disk)GiB"
        + (vm.size.ssd > 0 ? " pool.ssd=\(vm.size.ssd)GiB" : "") + group + (vm.isTied ? " tied=yes" : "")
    }
    let ask =
      "fit vcpus=\(wanted.vcpus) memory=\(wanted.memory)GiB disk=\(wanted.disk)GiB"
      + "\(itemGroup.map { " group=\($0)" } ?? "")"
      + (wanted.ssd > 0 ? " pool.ssd=\(wanted.ssd)GiB" : "")
    return (hosts + rules + vms + [ask]).joined(separator: "\n\n")
  }
}

extension SmallFleet {
  /// Every fleet with one thing less.
  private var smaller: [SmallFleet] {
    var found: [SmallFleet] = []
    for index in hosts.indices where hosts.count > 1 {
      var fleet = self
      let gone = fleet.hosts.remove(at: index).name
      fleet.vms.removeAll { $0.host == gone }
      found.append(fleet)
    }
    for index in vms.indices {
      var fleet = self
      fleet.vms.remove(at: index)
      found.append(fleet)
    }
    for index in rules.indices {
      var fleet = self
      fleet.rules.remove(at: index)
      found.append(fleet)
    }
    return found
  }

  /// Checks a property, and records the smallest fleet that fails it as a scenario, with the seed that replays it.
  static func check(
    _ seed: UInt64, _ fleet: SmallFleet, sourceLocation: SourceLocation = #_sourceLocation,
    _ property: (SmallFleet) -> String?
  ) {
    guard var failure = property(fleet) else { return }
    var smallest = fleet
    var isShrinking = true
    while isShrinking {
      isShrinking = false
      for next in smallest.smaller {
        guard let still = property(next) else { continue }
        (smallest, failure, isShrinking) = (next, still, true)
        break
      }
    }
    Issue.record("seed \(seed): \(failure)\n\n\(smallest)", sourceLocation: sourceLocation)
  }
}
