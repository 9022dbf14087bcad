import Fleet
import FleetTestKit
import Scheduling
import Testing

/// What must hold of losses and of placements that must survive them, over loaded fleets drawn from a seed.
@Suite("Survival, over generated fleets")
struct SurvivalPropertyTests {
  private static let seeds: [UInt64] = Array(2000...2500)

  private static func loaded(_ seed: UInt64, hosts: ClosedRange<Int> = 2...4, vms: Int = 12) -> SmallFleet {
    SmallFleet(seed: seed, hosts: hosts, vms: vms, hasPools: seed % 2 == 0)
  }

  @Test("a loaded, mixed fleet has room for as many as trying everything finds", arguments: seeds)
  func exact(_ seed: UInt64) {
    SmallFleet.check(seed, Self.loaded(seed)) { fleet in
      for survive in 0...3 {
        let fit = Fit.count(of: fleet.request, on: fleet.snapshots, under: fleet.policy, survive: survive)
        let most = BruteForce(fleet).most(survive: survive)
        if fit.count != most { return "survive \(survive): \(fit.count) where there is room for \(most)" }
        if fit.atMost < most { return "survive \(survive): at most \(fit.atMost) where there is room for \(most)" }
      }
      return nil
    }
  }

  @Test("a loss strands VMs exactly if trying everything finds no place for one", arguments: seeds)
  func losses(_ seed: UInt64) {
    SmallFleet.check(seed, Self.loaded(seed)) { fleet in
      for survive in 1...3 {
        var survival = Survival(fleet.snapshots, under: PlacementPolicy(rules: fleet.rules, survive: survive))
        let loss = survival.firstLoss()
        if (loss == nil) != BruteForce(fleet).survives(survive) {
          return "survive \(survive): \(loss?.detail ?? "nothing is stranded"), which trying everything denies"
        }
      }
      return nil
    }
  }

  @Test("a placement that must survive is refused exactly where a loss would strand a VM", arguments: seeds)
  func placements(_ seed: UInt64) {
    SmallFleet.check(seed, Self.loaded(seed, hosts: 2...6, vms: 14)) { fleet in
      let policy = PlacementPolicy(rules: fleet.rules, survive: 1)
      let decision = Placement.decide(fleet.request, on: fleet.snapshots, under: policy)
      let index = PlacementIndex(fleet.snapshots, under: policy)
      if index.choose(fleet.request)?.host != decision.host { return "the index does not choose as a decision does" }
      if index.decision(for: fleet.request) != decision { return "the index decides otherwise" }
      for host in Placement.decide(fleet.request, on: fleet.snapshots, under: fleet.policy).ranking.map(\.host) {
        var grown = fleet
        grown.vms.append(.init(name: "new", host: host, size: fleet.wanted, group: fleet.itemGroup))
        var survival = Survival(grown.snapshots, under: policy)
        let loss = survival.firstLoss()
        let refusal = decision.refused.first { $0.host == host }
        if host == decision.host, let loss { return "\(host) is chosen, and \(loss.detail)" }
        if refusal?.rule == "survive", loss == nil { return "\(host) is refused for nothing: \(refusal?.detail ?? "")" }
      }
      return nil
    }
  }

  @Test("an index that VMs come to and go from decides as one made anew", arguments: seeds)
  func walks(_ seed: UInt64) {
    let source = SeededRandomSource(seed: seed)
    let fleet = Self.loaded(seed, hosts: 2...6, vms: 10)
    let policy = PlacementPolicy(rules: fleet.rules, survive: 1)
    var index = PlacementIndex(fleet.snapshots, under: policy)
    for step in 0..<8 {
      let there = index.hosts.flatMap { host in host.vms.map { (host.name, $0.name) } }
      if source.once(in: 3), !there.isEmpty {
        let (host, name) = source.element(of: there)
        index.remove(name, from: host)
      } else {
        let size = SmallFleet.Size(vcpus: source.int(in: 1...2), memory: source.int(in: 1...3), disk: 0)
        let request = SmallFleet.request("s\(step)", size, source.once(in: 3) ? "web" : nil)
        guard let choice = index.choose(request) else { continue }
        let isTaken = index.add(PlacedVM(request), to: choice.host)
        #expect(isTaken)
      }
      let anew = PlacementIndex(index.hosts, under: policy)
      #expect(index.choose(fleet.request)?.host == anew.choose(fleet.request)?.host, "seed \(seed), step \(step)")
    }
  }

  @Test("in a fleet of many unlike hosts the count survives one, two and three losses", arguments: 1...12)
  func large(_ seed: UInt64) {
    let fleet = SmallFleet(seed: seed, hosts: 20...24, vms: 60, hasRules: seed % 2 == 0, hasPools: seed % 3 == 0)
    for survive in 1...3 {
      let fit = Fit.count(of: fleet.request, on: fleet.snapshots, under: fleet.policy, survive: survive)
      #expect(fit.count <= fit.atMost)
      guard fit.count > 0 else { continue }
      var grown = fleet
      for share in fit.perHost {
        for number in 0..<share.count {
          grown.vms.append(
            .init(name: "n-\(share.host)-\(number)", host: share.host, size: fleet.wanted, group: fleet.itemGroup))
        }
      }
      var survival = Survival(grown.snapshots, under: PlacementPolicy(rules: fleet.rules, survive: survive))
      #expect(survival.firstLoss() == nil, "seed \(seed), survive \(survive)")
    }
  }
}
