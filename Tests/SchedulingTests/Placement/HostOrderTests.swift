import Fleet
import FleetTestKit
import Testing

@testable import Scheduling

/// The kept order against a look at every host, over fleets drawn from a seed and after each change of them.
@Suite("The kept order of hosts")
struct HostOrderTests {
  private static let seeds: [UInt64] = Array(1...120)

  private static func policy(_ source: SeededRandomSource) -> PlacementPolicy {
    let labels: [String?] = [nil, "rack", "zone"]
    let kinds: [PlacementRule.Kind] = [.apart, .together, .spread]
    let rules = (0..<source.int(in: 0...5)).map { _ in
      PlacementRule(
        source.element(of: kinds), source.element(of: ["web", "db"]), by: source.element(of: labels),
        isSoft: source.once(in: 2))
    }
    return PlacementPolicy(
      rules: rules, survive: source.once(in: 3) ? 1 : 0,
      weights: source.once(in: 2) ? ["disk": 0.25, "images": 1.5, "load": 3] : [:])
  }

  private static func host(_ name: String, _ source: SeededRandomSource) -> HostSnapshot {
    let memory: [Int64] = [16, 16, 16, 32, 33]
    var host = HostSnapshot.sample(
      name,
      capacity: source.once(in: 20)
        ? nil
        : HostCapacity(
          vcpus: source.element(of: [0, 8, 8, 16]), memory: .gibibytes(source.element(of: memory)),
          disk: .gibibytes(source.element(of: [0, 200, 200, 400])), cpuRatio: source.element(of: [1, 4])))
    if source.once(in: 8) { host.state = .cordoned }
    if source.once(in: 4) { host.kvmUsable = false }
    if source.once(in: 3) { host.traits.load = Double(source.int(in: 0...10)) / 10 }
    if source.once(in: 3) { host.images = [.sample(UInt64(source.int(in: 1...3)))] }
    if source.once(in: 4) { host.freePoolSpace = .gibibytes(Int64(source.int(in: 0...40))) }
    host.labels["rack"] = source.element(of: ["a", "b", "c", nil])
    host.labels["zone"] = source.element(of: ["n", "s", nil])
    for index in 0..<source.int(in: 0...5) {
      if case .admitted(let after) = host.adding(PlacedVM(request("\(name)-\(index)", source))) { host = after }
    }
    return host
  }

  private static func request(_ name: String, _ source: SeededRandomSource) -> PlacementRequest {
    var spec = VMSpec.sample(
      name, vcpus: source.int(in: 1...3), memory: .gibibytes(Int64(source.int(in: 1...4))),
      disk: .gibibytes(Int64(source.element(of: [0, 10, 30]))))
    spec.acceleration = source.element(of: AccelerationPreference.allCases)
    if source.once(in: 3), !spec.disks.isEmpty {
      spec.disks[0].source = .overlay(ImageRef(id: .sample(UInt64(source.int(in: 1...4))), name: "image"))
    }
    let groups: [Set<String>] = [[], [], ["web"], ["db"], ["web", "db"]]
    var request = PlacementRequest(
      spec: spec, strategy: source.element(of: PlacementStrategy.allCases),
      constraints: PlacementConstraints(groups: source.element(of: groups)))
    if source.once(in: 8) { request.constraints.require = ["rack": ["a"]] }
    if source.once(in: 8) { request.constraints.avoid = ["zone": []] }
    if source.once(in: 12) { request.host = "h\(source.int(in: 100...130))" }
    return request
  }

  @Test("it chooses, ranks and refuses as a look at every host does, after any changes", arguments: seeds)
  func agrees(_ seed: UInt64) {
    let source = SeededRandomSource(seed: seed)
    let policy = Self.policy(source)
    let names = (0..<source.int(in: 1...40)).map { "h\(100 + $0)" }
    var index = PlacementIndex(names.map { Self.host($0, source) }, under: policy)
    // Some go on until the order has been made anew.
    for number in 0..<(seed % 20 == 0 ? 160 : 40) {
      let name = source.element(of: names)
      switch source.int(in: 0...4) {
      case 0: index.replace(Self.host(name, source))
      case 1:
        index.measure(name, load: source.element(of: [nil, 0.1, 0.9]), ageSeconds: Double(source.int(in: 0...900)))
      case 2: if let vm = index.host(name)?.vms.first { index.remove(vm.name, from: name) }
      case 3: index.prepare()
      default: break
      }
      var request = Self.request("vm-\(number)", source)
      // Now and then a VM that is there already, which does not count as its own neighbour.
      let known = source.once(in: 4) ? index.host(name)?.vms.first?.name : nil
      if let known { request.spec.name = known }
      let (whole, choice) = (index.decision(for: request), index.choose(request))
      #expect(choice?.host == whole.host && choice?.score == whole.score, "seed \(seed), step \(number)")
      var roomy = policy
      roomy.survive = 0
      let scanned = Placement.decide(request, on: index.hosts, under: roomy)
      if policy.survive == 0 { #expect(whole == scanned, "seed \(seed), step \(number)") }
      var ranked = RankedHosts(request, on: index)
      for best in scanned.ranking {
        let next = ranked.next()
        #expect(
          next.map { index.hosts[$0.position].name } == best.host && next?.score == best.score,
          "seed \(seed), step \(number)")
      }
      #expect(ranked.next() == nil, "seed \(seed), step \(number)")
      if let choice, known == nil, source.once(in: 2) { index.add(PlacedVM(request), to: choice.host) }
    }
  }

  @Test("an index whose hosts change their properties too often is worn")
  func worn() {
    var index = PlacementIndex((0..<4).map { HostSnapshot.sample("h\($0)") }, under: PlacementPolicy())
    #expect(!index.isWorn)
    for step in 0..<200 {
      var host = HostSnapshot.sample("h\(step % 4)")
      host.stateDetail = "its agent is silent since \(step)"
      host.state = .unreachable
      index.replace(host)
    }
    #expect(index.isWorn)
    #expect(!PlacementIndex(index.hosts, under: PlacementPolicy()).isWorn)
  }

  @Test("no host scores more than the bound of its block", arguments: seeds)
  func bounds(_ seed: UInt64) {
    let source = SeededRandomSource(seed: seed)
    let index = PlacementIndex((100..<130).map { Self.host("h\($0)", source) }, under: Self.policy(source))
    for _ in 0..<20 {
      let request = Self.request("new", source)
      var terms = PlacementTerms(request, index.members(request), on: index)
      for block in index.order.blocks {
        let bound = terms.bound(of: block)
        for position in block.positions where terms.takes(position, index) {
          #expect(terms.score(position, index) <= bound ?? -1, "seed \(seed)")
        }
      }
    }
  }
}
