import Fleet
import FleetTestKit
import Scheduling
import Testing

@Suite("The index and the batch")
struct PlacementIndexTests {
  private static let seeds: [UInt64] = Array(1...150)

  @Test("the index chooses what a decision chooses, VM after VM", arguments: seeds)
  func agrees(_ seed: UInt64) {
    let fleet = GeneratedFleet(seed: seed)
    var hosts = fleet.hosts
    let policy = PlacementPolicy(
      rules: [
        PlacementRule(.apart, "web"), PlacementRule(.spread, "all"), PlacementRule(.together, "db", isSoft: true),
      ],
      weights: ["disk": 0.25])
    for index in hosts.indices where fleet.source.once(in: 3) { hosts[index].traits.load = 0.25 }
    for index in hosts.indices { hosts[index].labels["rack"] = fleet.source.element(of: ["a", "b", nil]) }
    var index = PlacementIndex(hosts, under: policy)
    for number in 0..<30 {
      var request = fleet.request()
      request.spec.name = "vm-\(number)"
      request.constraints.groups = fleet.source.element(of: [[], ["web"], ["all", "db"]])
      let decision = Placement.decide(request, on: index.hosts, under: policy)
      #expect(index.decision(for: request) == decision)
      let choice = index.choose(request)
      #expect(choice?.host == decision.host && choice?.score == decision.score, "seed \(seed)")
      if let choice {
        let isTaken = index.add(PlacedVM(request), to: choice.host)
        #expect(isTaken)
      }
      if number % 7 == 3, let host = index.hosts.first(where: { !$0.vms.isEmpty }) {
        index.remove(host.vms[0].name, from: host.name)
      }
    }
  }

  @Test("adding a VM and taking it off leaves the host as it was", arguments: seeds)
  func undo(_ seed: UInt64) {
    let fleet = GeneratedFleet(seed: seed)
    for host in fleet.hosts {
      let vm = PlacedVM(fleet.request())
      guard case .admitted(let after) = host.adding(vm) else { continue }
      var back = after.removing(vm.name)
      // Measured space is held at nothing, where a sum can't lead back.
      back.freePoolSpace = host.freePoolSpace
      #expect(back == host, "seed \(seed)")
    }
  }

  @Test("a batch places the large ones first and so more than one by one would")
  func batch() {
    let hosts = [HostSnapshot.sample("a"), .sample("b")]
    let sizes: [Int64] = [5, 5, 6, 16, 1]
    let requests = sizes.enumerated().map { number, size in
      PlacementRequest(spec: .sample("v\(number)", vcpus: 1, memory: .gibibytes(size), disk: .zero))
    }
    var index = PlacementIndex(hosts)
    let oneByOne = requests.count { request in
      index.choose(request).map { index.add(PlacedVM(request), to: $0.host) } ?? false
    }
    let plan = BatchPlan.plan(requests, on: hosts)
    #expect(oneByOne == 4)
    let four = [PlacementRequest](requests.prefix(4))
    #expect(plan.isComplete == false && plan.items.count { $0.host != nil } == 4)
    #expect(BatchPlan.plan(four, on: hosts).isComplete)
    let nothing = BatchPlan.plan(requests, on: hosts, mode: .allOrNothing)
    #expect(nothing.items.allSatisfy { $0.host == nil })
    #expect(nothing.items.contains { $0.refused.map(\.rule) == ["memory", "memory"] })
  }

  @Test("a batch never oversells, keeps rules, and does not care for the order of hosts", arguments: seeds)
  func batches(_ seed: UInt64) {
    let fleet = SmallFleet(seed: seed, hosts: 2...5, vms: 6)
    let policy = PlacementPolicy(rules: [PlacementRule(.apart, "web")])
    let source = SeededRandomSource(seed: seed)
    let requests = (0..<12).map { number in
      SmallFleet.request(
        "new-\(number)", .init(vcpus: source.int(in: 1...4), memory: source.int(in: 1...4), disk: 0),
        source.once(in: 3) ? "web" : nil)
    }
    let plan = BatchPlan.plan(requests, on: fleet.snapshots, under: policy)
    #expect(BatchPlan.plan(requests, on: fleet.snapshots.reversed(), under: policy) == plan)
    var hosts = fleet.snapshots
    for (request, item) in zip(requests, plan.items) {
      guard let name = item.host, let index = hosts.firstIndex(where: { $0.name == name }) else { continue }
      #expect(Placement.verify(request, on: hosts[index], among: hosts, under: policy) == nil, "seed \(seed)")
      guard case .admitted(let after) = hosts[index].adding(PlacedVM(request)) else {
        Issue.record("seed \(seed): \(name) is oversold")
        return
      }
      hosts[index] = after
    }
  }

  @Test("a fleet that must survive a loss refuses what breaks that, and says who strands")
  func survive() throws {
    let hosts = [HostSnapshot.sample("a"), .sample("b")]
    let policy = PlacementPolicy(survive: 1)
    var index = PlacementIndex(hosts, under: policy)
    let request = { (name: String) in PlacementRequest(spec: .sample(name, vcpus: 2, memory: .gibibytes(6))) }
    for name in ["one", "two"] {
      let choice = try #require(index.choose(request(name)))
      index.add(PlacedVM(request(name)), to: choice.host)
    }
    let decision = index.decision(for: request("three"))
    #expect(decision.host == nil)
    #expect(decision.refused.map(\.rule) == ["survive", "survive"])
    #expect(decision.refused[0].detail == "if a fails, three finds no host")
  }
}
