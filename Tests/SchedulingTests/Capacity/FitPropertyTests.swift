import Fleet
import FleetTestKit
import Scheduling
import Testing

/// What must hold for every count, over fleets drawn from a seed.
@Suite("How many more fit, over generated fleets")
struct FitPropertyTests {
  private static let seeds: [UInt64] = Array(1...400)

  private static func count(_ fleet: SmallFleet, _ survive: Int) -> Fit {
    Fit.count(of: fleet.request, on: fleet.snapshots, under: fleet.policy, survive: survive)
  }

  @Test("trying everything finds as many, with none, one and two hosts lost", arguments: seeds)
  func exact(_ seed: UInt64) {
    SmallFleet.check(seed, SmallFleet(seed: seed)) { fleet in
      for survive in 0...2 {
        let fit = Self.count(fleet, survive)
        let most = BruteForce(fleet).most(survive: survive)
        if fit.count != most { return "survive \(survive): \(fit.count) where there is room for \(most)" }
        if fit.atMost < most { return "survive \(survive): at most \(fit.atMost) where there is room for \(most)" }
        if fit.perHost.reduce(0, { $0 + $1.count }) != fit.count {
          return "survive \(survive): the shares do not add up"
        }
      }
      return nil
    }
  }

  @Test("a count on larger fleets keeps its bound, and no host is oversold", arguments: seeds)
  func bounds(_ seed: UInt64) {
    SmallFleet.check(seed, SmallFleet(seed: seed, hosts: 3...9, vms: 25)) { fleet in
      let hosts = fleet.snapshots
      for survive in 0...2 {
        let fit = Self.count(fleet, survive)
        if fit.count > fit.atMost { return "\(fit.count) is more than at most \(fit.atMost)" }
        for (host, share) in zip(hosts.sorted { $0.name < $1.name }, fit.perHost) {
          var after = host
          for number in 0..<share.count {
            let request = SmallFleet.request("new-\(number)", fleet.wanted, nil)
            guard case .admitted(let next) = after.adding(PlacedVM(request)) else {
              return "\(host.name) is oversold by \(share.count)"
            }
            after = next
          }
        }
      }
      return nil
    }
  }

  @Test("what was counted survives when it is there", arguments: seeds)
  func survives(_ seed: UInt64) {
    SmallFleet.check(seed, SmallFleet(seed: seed, hosts: 2...7, vms: 14)) { fleet in
      let fit = Self.count(fleet, 1)
      guard fit.count > 0 else { return nil }
      var grown = fleet
      for share in fit.perHost {
        for number in 0..<share.count {
          grown.vms.append(
            .init(name: "new-\(share.host)-\(number)", host: share.host, size: fleet.wanted, group: fleet.itemGroup))
        }
      }
      var survival = Survival(grown.snapshots, under: PlacementPolicy(rules: fleet.rules, survive: 1))
      return survival.firstLoss().map(\.detail)
    }
  }

  @Test("another host never lowers the count, and neither does a VM less", arguments: seeds)
  func grows(_ seed: UInt64) {
    SmallFleet.check(seed, SmallFleet(seed: seed)) { fleet in
      for survive in 0...1 {
        let before = Self.count(fleet, survive).count
        var larger = fleet
        larger.hosts.append(.init(name: "h9", vcpus: 3, memory: 3, disk: 3, rack: "c"))
        let more = Self.count(larger, survive).count
        if more < before { return "survive \(survive): \(before), and \(more) with another host" }
        for index in fleet.vms.indices {
          var emptier = fleet
          let gone = emptier.vms.remove(at: index).name
          let after = Self.count(emptier, survive).count
          if after < before { return "survive \(survive): \(before), and \(after) without \(gone)" }
        }
      }
      return nil
    }
  }

  @Test("the order of the hosts never matters", arguments: seeds)
  func order(_ seed: UInt64) {
    SmallFleet.check(seed, SmallFleet(seed: seed, hosts: 2...8, vms: 16)) { fleet in
      let fit = Fit.count(of: fleet.request, on: fleet.snapshots, under: fleet.policy, survive: 1)
      let turned = Fit.count(of: fleet.request, on: fleet.snapshots.reversed(), under: fleet.policy, survive: 1)
      return fit == turned ? nil : "\(fit) is \(turned) the other way round"
    }
  }

  @Test("a refusal is right: whatever is refused, trying everything finds no place either", arguments: seeds)
  func refusals(_ seed: UInt64) {
    SmallFleet.check(seed, SmallFleet(seed: seed)) { fleet in
      let decision = Placement.decide(fleet.request, on: fleet.snapshots, under: fleet.policy)
      let takes = BruteForce(fleet).takesOne
      return (decision.host != nil) == takes
        ? nil : "\(decision.host ?? "no host"), and a place \(takes ? "is" : "is not") there"
    }
  }
}
