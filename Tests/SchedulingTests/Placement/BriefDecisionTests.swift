import Fleet
import FleetTestKit
import Scheduling
import Testing

@Suite("Decisions that are kept, and an index that is kept")
struct BriefDecisionTests {
  private static let seeds: [UInt64] = Array(1...60)
  private static let policy = PlacementPolicy(
    rules: [PlacementRule(.apart, "web"), PlacementRule(.spread, "all")], weights: ["disk": 0.25])

  /// A fleet that is too large to be listed.
  private static func hosts(_ seed: UInt64) -> [HostSnapshot] {
    let source = SeededRandomSource(seed: seed)
    return (0..<80).map { number in
      var host = HostSnapshot.sample("h\(100 + number)")
      if source.once(in: 4) { host.state = .cordoned }
      if seed.isMultiple(of: 2) { host.labels["rack"] = source.element(of: ["a", "b", "c"]) }
      if source.once(in: 3) { host.traits.load = Double(source.int(in: 0...10)) / 10 }
      for index in 0..<source.int(in: 0...6) {
        var request = PlacementRequest(
          spec: .sample("v\(number)-\(index)", vcpus: source.int(in: 1...3), memory: .gibibytes(1), disk: .zero))
        request.constraints.groups = source.element(of: [[], ["web"], ["all"]])
        if case .admitted(let after) = host.adding(PlacedVM(request)) { host = after }
      }
      return host
    }
  }

  @Test("a brief decision is the head of the whole, and says how many hosts it leaves out", arguments: seeds)
  func brief(_ seed: UInt64) {
    let index = PlacementIndex(Self.hosts(seed), under: Self.policy)
    for groups in [[], ["web"], ["all"]] as [Set<String>] {
      let request = PlacementRequest(
        spec: .sample("new", vcpus: 2, memory: .gibibytes(2)), constraints: PlacementConstraints(groups: groups))
      let whole = index.decision(for: request)
      let brief = index.brief(request)
      #expect(brief.host == whole.host && brief.score == whole.score, "seed \(seed)")
      #expect(brief.ranking == Array(whole.ranking.prefix(16)), "seed \(seed)")
      #expect(brief.refused == Array(whole.refused.prefix(32)), "seed \(seed)")
      #expect(brief.ranking.count + brief.refused.count + brief.others == 80)
    }
  }

  @Test("a brief decision for one host lists that host")
  func onlyHost() {
    let index = PlacementIndex(Self.hosts(1))
    let request = PlacementRequest(spec: .sample("new", vcpus: 1, memory: .gibibytes(1), disk: .zero), host: "h150")
    let brief = index.brief(request)
    #expect(brief.ranking.map(\.host) + brief.refused.map(\.host) == ["h150"])
    #expect(brief.others == 79)
  }

  @Test("an index that takes in changed hosts decides as one that is made anew", arguments: seeds)
  func replaced(_ seed: UInt64) {
    var hosts = Self.hosts(seed)
    var index = PlacementIndex(hosts, under: Self.policy)
    let later = Self.hosts(seed + 1000)
    let source = SeededRandomSource(seed: seed)
    for _ in 0..<30 {
      let number = source.int(in: 0...79)
      hosts[number] = later[number]
      let isThere = index.replace(later[number])
      #expect(isThere)
    }
    #expect(index.hosts == hosts)
    let unknown = index.replace(.sample("nobody"))
    #expect(!unknown)
    let anew = PlacementIndex(hosts, under: Self.policy)
    for groups in [[], ["web"], ["all"]] as [Set<String>] {
      let request = PlacementRequest(
        spec: .sample("new", vcpus: 1, memory: .gibibytes(1)), constraints: PlacementConstraints(groups: groups))
      #expect(index.brief(request) == anew.brief(request), "seed \(seed)")
      #expect(index.choose(request)?.host == anew.choose(request)?.host, "seed \(seed)")
    }
  }

  @Test("an index that must survive losses takes in changed hosts as well", arguments: seeds)
  func survivingReplaced(_ seed: UInt64) {
    let source = SeededRandomSource(seed: seed)
    let policy = PlacementPolicy(rules: [PlacementRule(.apart, "web")], survive: source.int(in: 1...2))
    var hosts = SmallFleet(seed: seed, hosts: 2...4, vms: 5).snapshots
    var index = PlacementIndex(hosts, under: policy)
    for step in 0..<12 {
      let number = source.int(in: 0...hosts.count - 1)
      let guest = SmallFleet.request(
        "new-\(step)", .init(vcpus: source.int(in: 1...2), memory: source.int(in: 1...3), disk: 0),
        source.once(in: 3) ? "web" : nil)
      switch source.int(in: 0...3) {
      case 0: hosts[number].state = source.element(of: [.ready, .cordoned])
      case 1: if let gone = hosts[number].vms.first { hosts[number] = hosts[number].removing(gone.name) }
      default: if case .admitted(let after) = hosts[number].adding(PlacedVM(guest)) { hosts[number] = after }
      }
      index.replace(hosts[number])
      if source.once(in: 2) { index.prepare() }
      let request = SmallFleet.request("asked", .init(vcpus: 1, memory: 1, disk: 0), nil)
      let anew = Placement.decide(request, on: hosts, under: policy)
      #expect(index.decision(for: request).host == anew.host, "seed \(seed), step \(step)")
      #expect(index.choose(request)?.host == anew.host, "seed \(seed), step \(step)")
    }
  }

  @Test("what a fleet breaks of its policy is said in sentences")
  func breaches() {
    func vm(_ name: String, _ group: String, memory: Int64 = 1) -> PlacedVM {
      PlacedVM(
        PlacementRequest(
          spec: .sample(name, vcpus: 1, memory: .gibibytes(memory), disk: .zero),
          constraints: PlacementConstraints(groups: [group])))
    }
    var (one, two) = (HostSnapshot.sample("a"), HostSnapshot.sample("b"))
    for guest in [vm("w1", "web"), vm("w2", "web"), vm("d1", "db")] {
      if case .admitted(let after) = one.adding(guest) { one = after }
    }
    if case .admitted(let after) = two.adding(vm("d2", "db")) { two = after }
    let hosts = [two, one]
    let rules = [
      PlacementRule(.apart, "web"), PlacementRule(.together, "db"), PlacementRule(.apart, "db", by: "rack"),
      PlacementRule(.together, "web"), PlacementRule(.apart, "web", isSoft: true),
    ]
    #expect(
      PlacementPolicy(rules: rules).breaches(on: hosts, atMost: 20) == [
        "2 of group \"web\" are on a", "group \"db\" is in 2 places: a, b",
        "1 of group \"db\" is on a, which has no label \"rack\"",
        "1 of group \"db\" is on b, which has no label \"rack\"",
      ])
    #expect(PlacementPolicy(rules: rules).breaches(on: hosts, atMost: 1).count == 1)
    #expect(PlacementPolicy(survive: 1).breaches(on: hosts, atMost: 20).isEmpty)
    if case .admitted(let after) = two.adding(vm("huge", "x", memory: 14)) { two = after }
    let lost = PlacementPolicy(survive: 1).breaches(on: [one, two], atMost: 20)
    #expect(lost == ["if a fails, w1, w2 find no host", "if b fails, huge finds no host"])
  }

  @Test("a host where no display can listen is refused only for a VM with a display")
  func deaf() {
    var request = PlacementRequest(spec: .sample("new", vcpus: 1, memory: .gibibytes(1)))
    request.spec.vnc = VNCSpec()
    var deaf = HostSnapshot.sample("a")
    deaf.traits.portObstacle = "every port is in use there"
    let decision = Placement.decide(request, on: [deaf, .sample("b")])
    #expect(decision.host == "b" && decision.refused.map(\.detail) == ["every port is in use there"])
    request.spec.vnc = nil
    #expect(Placement.decide(request, on: [deaf]).refused.isEmpty)
  }

  @Test("a batch says in which order its VMs find their places one by one", arguments: seeds)
  func order(_ seed: UInt64) {
    let fleet = SmallFleet(seed: seed, hosts: 2...4, vms: 5)
    let source = SeededRandomSource(seed: seed)
    let requests = (0..<9).map { number in
      SmallFleet.request(
        "new-\(number)", .init(vcpus: source.int(in: 1...4), memory: source.int(in: 1...4), disk: 0), nil)
    }
    let plan = BatchPlan.plan(requests, on: fleet.snapshots)
    #expect(plan.order.sorted() == Array(requests.indices))
    let decisions = plan.decisions(on: requests, among: fleet.snapshots)
    #expect(decisions.map(\.host) == plan.items.map(\.host), "seed \(seed)")
    for (decision, item) in zip(decisions, plan.items) where item.host == nil {
      #expect(decision.refused == item.refused, "seed \(seed)")
    }
  }
}
