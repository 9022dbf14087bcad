import Fleet
import FleetTestKit
import Scheduling
import Testing

/// What never happens, over fleets drawn from a seed. A failure prints the seed that replays it.
@Suite("Placement over generated fleets")
struct PlacementPropertyTests {
  private static let seeds: [UInt64] = Array(1...300)

  @Test("every host is either ranked or refused, and verify agrees with decide", arguments: seeds)
  func whole(_ seed: UInt64) throws {
    let fleet = GeneratedFleet(seed: seed)
    for _ in 0..<10 {
      let request = fleet.request()
      let decision = Placement.decide(request, on: fleet.hosts)
      let named = decision.ranking.map(\.host) + decision.refused.map(\.host)
      #expect(named.sorted() == fleet.hosts.map(\.name).sorted())
      for host in fleet.hosts {
        let refusal = decision.refused.first { $0.host == host.name }
        #expect(Placement.verify(request, on: host) == refusal)
      }
      #expect(decision.refused.map(\.host) == decision.refused.map(\.host).sorted())
    }
  }

  @Test("the order of the hosts never matters", arguments: seeds)
  func order(_ seed: UInt64) {
    let fleet = GeneratedFleet(seed: seed)
    for _ in 0..<5 {
      let request = fleet.request()
      let decision = Placement.decide(request, on: fleet.hosts)
      #expect(Placement.decide(request, on: fleet.source.shuffled(fleet.hosts)) == decision)
      #expect(Placement.decide(request, on: fleet.hosts.reversed()) == decision)
    }
  }

  @Test("the ranking goes down, and every score is the sum of its terms", arguments: seeds)
  func scores(_ seed: UInt64) {
    let fleet = GeneratedFleet(seed: seed)
    let ranking = Placement.decide(fleet.request(), on: fleet.hosts).ranking
    for ranked in ranking {
      #expect(abs(ranked.terms.values.reduce(0, +) - ranked.score) < 1e-9)
      #expect(ranked.terms.values.allSatisfy { (0...1).contains($0) })
    }
    for (better, worse) in zip(ranking, ranking.dropFirst()) {
      #expect((worse.score, better.host) < (better.score, worse.host))
    }
  }

  @Test("filling a fleet oversells no host, and stops only when each lacks something", arguments: seeds)
  func filling(_ seed: UInt64) throws {
    var fleet = GeneratedFleet(seed: seed)
    let sold = fleet.hosts
    for _ in 0..<60 {
      let request = fleet.request()
      let decision = Placement.decide(request, on: fleet.hosts)
      guard let name = decision.host else {
        for refusal in decision.refused {
          let host = try #require(fleet.hosts.first { $0.name == refusal.host })
          #expect(Self.lacks(host, refusal.rule, request), "seed \(seed): \(refusal)")
        }
        continue
      }
      if let pinned = request.host { #expect(name == pinned) }
      let index = try #require(fleet.hosts.firstIndex { $0.name == name })
      guard case .admitted(let after) = fleet.hosts[index].adding(request.spec.reservation) else {
        Issue.record("seed \(seed): \(name) was chosen and has no room")
        return
      }
      fleet.hosts[index] = after
    }
    for (before, after) in zip(sold, fleet.hosts) where before != after {
      let limit = try #require(after.capacity).limit
      #expect(after.reserved.vcpus <= max(limit.vcpus, before.reserved.vcpus), "seed \(seed)")
      #expect(after.reserved.memory <= max(limit.memory, before.reserved.memory), "seed \(seed)")
      #expect(after.reserved.disk <= max(limit.disk, before.reserved.disk), "seed \(seed)")
    }
  }

  @Test("50 creates against room for 40: exactly 40 are placed, 10 refused with reasons")
  func roomForForty() {
    var hosts = ["h1", "h2", "h3"].map { HostSnapshot.sample($0) }
    hosts[0].capacity = HostCapacity(vcpus: 20, memory: .gibibytes(64), disk: .gibibytes(2000))
    hosts[1].capacity = HostCapacity(vcpus: 64, memory: .gibibytes(24), disk: .gibibytes(2000))
    hosts[2].capacity = HostCapacity(vcpus: 64, memory: .gibibytes(64), disk: .gibibytes(180))
    var placed: [String: Int] = [:]
    var refused: [PlacementDecision] = []
    for number in 0..<50 {
      let request = PlacementRequest(spec: .sample("vm-\(number)"))
      let decision = Placement.decide(request, on: hosts)
      guard let name = decision.host else {
        refused.append(decision)
        continue
      }
      placed[name, default: 0] += 1
      hosts = hosts.map { host in
        guard host.name == name, case .admitted(let after) = host.adding(request.spec.reservation) else { return host }
        return after
      }
    }
    #expect(placed == ["h1": 10, "h2": 12, "h3": 18])
    #expect(refused.count == 10)
    #expect(refused.allSatisfy { $0.refused.map(\.rule) == ["vcpus", "memory", "disk"] })
  }

  /// Says for itself, without the filters, that a host breaks a rule.
  private static func lacks(_ host: HostSnapshot, _ rule: String, _ request: PlacementRequest) -> Bool {
    let spec = request.spec
    let limit = host.capacity?.limit ?? Reservation()
    let emulator = host.emulators.first { $0.architecture == spec.architecture }
    return switch rule {
    case "host": request.host != host.name
    case "state": host.state != .ready
    case "certainty": !host.isCurrent || host.capacity == nil
    case "vcpus": host.reserved.vcpus + spec.vcpus > limit.vcpus
    case "memory": host.reserved.memory + spec.memory > limit.memory
    case "disk": host.reserved.disk + spec.reservedDisk > limit.disk
    case "emulator": emulator == nil
    case "machine": emulator?.machines.contains(spec.machine ?? "") == false
    case "acceleration":
      spec.acceleration == .required && (!host.kvmUsable || emulator?.accelerators.contains("kvm") == false)
    case "network":
      spec.nics.contains { nic in
        guard case .network(let name) = nic.source else { return false }
        return !host.networks.contains { $0.name == name && $0.isActive }
      }
    case "bridge":
      spec.nics.contains { nic in
        guard case .bridge(let name) = nic.source else { return false }
        return !host.bridges.contains(name)
      }
    default: false
    }
  }
}
