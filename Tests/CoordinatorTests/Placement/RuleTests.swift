import Fleet
import FleetTestKit
import GRPCCore
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("Placement by the fleet's rules")
struct RuleTests {
  private static let roomy = HostCapacity(vcpus: 64, memory: .gibibytes(64), disk: .gibibytes(1000))
  private static let web = PlacementConstraints(groups: ["web"])

  private static func small(_ name: String) -> VMSpec {
    .sample(name, vcpus: 1, memory: .gibibytes(1), disk: .gibibytes(1))
  }

  /// Asks for several VMs at the same moment.
  private func atOnce(_ coordinator: TestCoordinator, _ names: [String], _ constraints: PlacementConstraints) async
    -> (placed: [Roost_V1_CreateVMResponse], refused: [FleetError])
  {
    await withTaskGroup(of: Result<Roost_V1_CreateVMResponse, FleetError>.self) { group in
      for name in names {
        group.addTask {
          do {
            return .success(try await coordinator.create(Self.small(name), asking: constraints))
          } catch { return .failure(FleetError(error)) }
        }
      }
      var outcomes: (placed: [Roost_V1_CreateVMResponse], refused: [FleetError]) = ([], [])
      for await outcome in group {
        switch outcome {
        case .success(let reply): outcomes.placed.append(reply)
        case .failure(let error): outcomes.refused.append(error)
        }
      }
      return outcomes
    }
  }

  @Test("a group kept apart takes a host each, over restarts; the rule refuses the next")
  func apart() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.readyHosts(["h1", "h2", "h3"], capacity: Self.roomy)
      try await coordinator.setPolicy {
        $0.replaceRules = true
        $0.rules = [PlacementRule(.apart, "web").message]
      }
      var hosts: Set<String> = []
      for number in 1...2 {
        hosts.insert(try await coordinator.create(Self.small("web-\(number)"), asking: Self.web).decision.host)
      }
      for agent in agents { await agent.disconnect() }
      try await coordinator.restart()
      for agent in agents { try await agent.connect() }
      for name in ["h1", "h2", "h3"] { try await coordinator.waitUntilReady(name) }
      hosts.insert(try await coordinator.create(Self.small("web-3"), asking: Self.web).decision.host)
      #expect(hosts == ["h1", "h2", "h3"])
      let error = await #expect(throws: FleetError.self) {
        try await coordinator.create(Self.small("web-4"), asking: Self.web)
      }
      #expect(error?.code == .noHostFits)
      #expect(error?.refusals.map(\.rule) == ["apart", "apart", "apart"])
      #expect(error?.refusals.first?.detail == "1 of group \"web\" is on h1")
      let shown = try await coordinator.local { client in
        try await Roost_V1_VMs.Client(wrapping: client).get(.with { $0.vm = "web-1" })
      }
      #expect(try PlacementConstraints(shown.constraints) == Self.web)
      for agent in agents { await agent.disconnect() }
    }
  }

  @Test("of two members at once for the last host that the rule leaves, one is placed")
  func lastAllowed() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.readyHosts(["h1", "h2"], capacity: Self.roomy)
      try await coordinator.setPolicy {
        $0.replaceRules = true
        $0.rules = [PlacementRule(.apart, "web").message]
      }
      _ = try await coordinator.create(Self.small("first"), asking: Self.web)
      let (placed, refused) = await atOnce(coordinator, ["a", "b", "c"], Self.web)
      #expect(placed.count == 1)
      #expect(refused.count == 2 && refused.allSatisfy { $0.code == .noHostFits })
      #expect(refused.allSatisfy { $0.refusals.map(\.rule) == ["apart", "apart"] })
      let vms = try await coordinator.stored { try $0.vms() }
      #expect(Set(vms.map(\.host)) == ["h1", "h2"] && vms.count == 2)
      for agent in agents { await agent.disconnect() }
    }
  }

  @Test("of two at once for the last slot one wins; the other takes a host that is left")
  func lastSlot() async throws {
    try await TestCoordinator.with { coordinator in
      let one = HostCapacity(vcpus: 1, memory: .gibibytes(8), disk: .gibibytes(100))
      var agents = try await coordinator.readyHosts(["h1", "h2"], capacity: one)
      let both = await atOnce(coordinator, ["a", "b"], PlacementConstraints())
      #expect(both.refused.isEmpty)
      #expect(Set(both.placed.map(\.decision.host)) == ["h1", "h2"])
      agents += try await coordinator.readyHosts(["h3"], capacity: one)
      let last = await atOnce(coordinator, ["c", "d"], PlacementConstraints())
      #expect(last.placed.map(\.decision.host) == ["h3"])
      #expect(last.refused.map(\.code) == [.noHostFits])
      #expect(last.refused.first?.refusals.map(\.rule) == ["vcpus", "vcpus", "vcpus"])
      for agent in agents { await agent.disconnect() }
    }
  }

  @Test("a fleet that must survive a loss refuses what breaks that, naming the stranded")
  func survive() async throws {
    try await TestCoordinator.with { coordinator in
      let two = HostCapacity(vcpus: 3, memory: .gibibytes(8), disk: .gibibytes(100))
      let agents = try await coordinator.readyHosts(["h1", "h2"], capacity: two)
      let answer = try await coordinator.setPolicy { $0.survive = 1 }
      #expect(answer.policy.survive == 1 && answer.broken.isEmpty)
      // Two of three may be there: then either host can lose its own to the other.
      let (placed, refused) = await atOnce(coordinator, ["a", "b", "c", "d"], PlacementConstraints())
      #expect(placed.count == 3)
      #expect(refused.count == 1 && refused.allSatisfy { $0.code == .noHostFits })
      let refusals = refused.first?.refusals ?? []
      #expect(refusals.count == 2 && refusals.allSatisfy { $0.rule == "survive" })
      #expect(refusals.allSatisfy { $0.detail.hasPrefix("if h") && $0.detail.contains("finds no host") }, "\(refusals)")
      #expect(refused.first?.hint.contains("survive=0") == true)
      try await coordinator.setPolicy { $0.survive = 0 }
      let forced = try await coordinator.create(Self.small("e"), asking: PlacementConstraints())
      #expect(!forced.decision.host.isEmpty)
      let broken = try await coordinator.setPolicy { $0.survive = 1 }.broken
      #expect(broken.contains { $0.hasPrefix("if h") }, "\(broken)")
      for agent in agents { await agent.disconnect() }
    }
  }

  @Test("labels of hosts are kept, and members of a group go to different racks")
  func racks() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.readyHosts(["h1", "h2", "h3"], capacity: Self.roomy)
      for (host, rack) in [("h1", "a"), ("h2", "a"), ("h3", "b")] {
        let id = RequestID(from: coordinator.random)
        let reply = try await coordinator.local { client in
          try await Roost_V1_Hosts.Client(wrapping: client).setLabels(
            .with {
              $0.requestID = id.description
              $0.host = host
              $0.set = ["rack": rack]
            })
        }
        #expect(reply.host.labels == ["rack": rack])
      }
      try await coordinator.setPolicy {
        $0.replaceRules = true
        $0.rules = [PlacementRule(.apart, "web", by: "rack").message]
      }
      let pinned = PlacementConstraints(require: ["rack": ["a"]], groups: ["web"])
      let first = try await coordinator.create(Self.small("web-1"), asking: pinned).decision.host
      #expect(["h1", "h2"].contains(first))
      #expect(try await coordinator.create(Self.small("web-2"), asking: Self.web).decision.host == "h3")
      let error = await #expect(throws: FleetError.self) {
        try await coordinator.create(Self.small("web-3"), asking: Self.web)
      }
      #expect(error?.refusals.map(\.rule) == ["apart", "apart", "apart"])
      for agent in agents { await agent.disconnect() }
    }
  }

  @Test("what a VM asks of hosts can change: it stays where it is, counted from then on")
  func changed() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.readyHosts(["h1", "h2"], capacity: Self.roomy)
      await agents[0].put(.unmanaged("pet"))
      try await agents[0].reconnect()
      try await eventually("pet is listed") { (try? await coordinator.vm("pet")) != nil }
      try await coordinator.setPolicy {
        $0.replaceRules = true
        $0.rules = [PlacementRule(.apart, "web").message]
      }
      let host = try await coordinator.create(Self.small("old"), asking: PlacementConstraints(), host: "h2").decision
        .host
      let reply = try await ask(coordinator, "old", Self.web)
      #expect(reply.host == host && reply.refusal.isEmpty)
      _ = try await coordinator.create(Self.small("new"), asking: Self.web)
      let vms = try await coordinator.stored { try $0.vms() }
      #expect(vms.map(\.host) == ["h1", "h2"] && vms.allSatisfy { $0.constraints == Self.web })
      let moved = try await ask(coordinator, "new", PlacementConstraints(require: ["rack": ["a"]]))
      #expect(moved.host == "h1" && moved.refusal == "require: wants rack=a, it has no such label")
      for (name, wanted, code) in [
        ("nobody", Self.web, FleetError.Code.notFound), ("pet", Self.web, .precondition),
        ("old", PlacementConstraints(groups: ["../x"]), .invalid),
      ] {
        let error = await #expect(throws: FleetError.self) { try await ask(coordinator, name, wanted) }
        #expect(error?.code == code)
      }
      for agent in agents { await agent.disconnect() }
    }
  }

  private func ask(
    _ coordinator: TestCoordinator, _ name: String, _ constraints: PlacementConstraints
  ) async throws -> Roost_V1_SetConstraintsResponse {
    let id = RequestID(from: coordinator.random)
    return try await coordinator.local { client in
      try await Roost_V1_Planning.Client(wrapping: client).setConstraints(
        .with {
          $0.requestID = id.description
          $0.vm = name
          $0.constraints = constraints.message
        })
    }
  }

  @Test("a policy that nobody can mean is refused and changes nothing")
  func wrongPolicy() async throws {
    try await TestCoordinator.with { coordinator in
      try await coordinator.setPolicy {
        $0.survive = 1
        $0.aim = "pack"
        $0.weights = ["disk": 0.5]
      }
      let before = try await coordinator.lastEvent()
      let changes: [@Sendable (inout Roost_V1_SetPlacementPolicyRequest) -> Void] = [
        { $0.survive = 3 }, { $0.aim = "chaos" }, { $0.weights = ["color": 1] }, { $0.weights = ["disk": 1e9] },
        {
          $0.replaceRules = true
          $0.rules = [.with { $0.kind = "apart" }]
        },
        {
          $0.replaceRules = true
          $0.rules = [
            .with {
              $0.kind = "beside"; $0.group = "web"
            }
          ]
        },
      ]
      for change in changes {
        let error = await #expect(throws: FleetError.self) { try await coordinator.setPolicy(change) }
        #expect(error?.code == .invalid, "\(error?.message ?? "")")
      }
      #expect(try await coordinator.lastEvent() == before)
      let kept = try await coordinator.stored { try $0.placementPolicy() }
      #expect(kept == PlacementPolicy(survive: 1, weights: ["disk": 0.5], strategy: .pack))
      try await coordinator.restart()
      #expect(try PlacementPolicy(try await coordinator.planningFleet().policy) == kept)
    }
  }
}
