import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("Starts behind Roost's back")
struct StartTests {
  private static func mac(_ last: UInt64 = 1) throws -> MACAddress {
    try #require(MACAddress(number: 0x5254_0000_0000 + last))
  }

  private static func start(_ id: UInt64, _ mac: MACAddress, isIncoming: Bool = false) -> DomainStart {
    DomainStart(
      id: .sample(id), name: "copy-\(id)", nics: [ObservedNIC(mac: mac, network: "default", bridge: "virbr0")],
      isIncoming: isIncoming)
  }

  @Test("block stops a start with the address of a VM on another host; an event tells it")
  func block() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1", "h2")
      let (h1, h2) = (try #require(agents["h1"]), try #require(agents["h2"]))
      let mac = try Self.mac()
      await h1.put(.unmanaged("pet", macs: [mac]))
      try await coordinator.report(h1)
      try await coordinator.setPolicy { $0.outOfBand = "block" }
      let verdict = try await coordinator.judge(Self.start(1, mac), by: h2)
      #expect(verdict.ruling == .refuse)
      #expect(verdict.sentence.contains("belongs to \"pet\", which runs on h1"))
      #expect(verdict.sentence.contains("roost mac resolve \(mac)"))
      try await eventually("the refusal is told") {
        try await coordinator.stored { try $0.events(since: 0, limit: 1000) }.contains { $0.kind == "start.refused" }
      }
      // The domain itself on its own host, and its arrival elsewhere by migration.
      let own = DomainStart(id: .sample(700), name: "pet", nics: [ObservedNIC(mac: mac)])
      #expect(try await coordinator.judge(own, by: h1).ruling == .allow)
      var arriving = own
      arriving.isIncoming = true
      #expect(try await coordinator.judge(arriving, by: h2).ruling == .allow)
      let counts = try await coordinator.policy().counts
      #expect(counts.refused == 1 && counts.allowed == 2)
    }
  }

  @Test("what ran on a now silent host counts, with its age, over a restart")
  func silentHost() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1", "h2")
      let (h1, h2) = (try #require(agents["h1"]), try #require(agents["h2"]))
      let mac = try Self.mac()
      await h1.put(.unmanaged("pet", macs: [mac]))
      try await coordinator.report(h1)
      try await coordinator.setPolicy { $0.outOfBand = "block" }
      await h1.disconnect()
      try await coordinator.restart()
      let verdict = try await coordinator.judge(Self.start(1, mac), by: h2)
      #expect(verdict.ruling == .refuse)
      #expect(verdict.sentence.contains("as it was last seen"))
    }
  }

  @Test("a reserved address is blocked like a running one; one of a VM off is warned of")
  func ledger() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1", "h2")
      let h2 = try #require(agents["h2"])
      try await coordinator.setPolicy { $0.outOfBand = "block" }
      let printer = try Self.mac()
      try await coordinator.reserve("\(printer)", for: "printer")
      try await coordinator.reserve("00:16:3e:00:00:00-00:16:3e:00:00:ff", for: "cameras")
      let camera = try #require(MACAddress("00:16:3e:00:00:21"))
      for (mac, purpose) in [(printer, "printer"), (camera, "cameras")] {
        let refused = try await coordinator.judge(Self.start(1, mac), by: h2)
        #expect(refused.ruling == .refuse && refused.findings.map(\.owner.vm) == [purpose])
      }
      let vm = try await coordinator.made("web-1", start: false)
      let warned = try await coordinator.judge(Self.start(2, try #require(MACAddress(vm.nics[0].mac))), by: h2)
      #expect(warned.ruling == .warn && warned.findings.map(\.kind) == [.given])
    }
  }

  @Test("of twenty starts with one address one goes on; of twenty with their own all do")
  func concurrent() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1", "h2")
      let hosts = [try #require(agents["h1"]), try #require(agents["h2"])]
      try await coordinator.setPolicy { $0.outOfBand = "block" }
      func rulings(_ start: @escaping @Sendable (UInt64) throws -> DomainStart) async throws -> [StartVerdict.Ruling] {
        // Each host asks over one connection, as an agent does: a certificate has eight at most.
        try await withThrowingTaskGroup(of: [StartVerdict.Ruling].self) { group in
          for (first, host) in zip(UInt64(1)...2, hosts) {
            group.addTask {
              let starts = try stride(from: first, through: 20, by: 2).map(start)
              return try await coordinator.judge(starts, by: host).map(\.ruling)
            }
          }
          return try await group.reduce(into: []) { $0 += $1 }
        }
      }
      let one = try await rulings { Self.start($0, try Self.mac()) }
      #expect(one.count { $0 == .allow } == 1 && one.count { $0 == .refuse } == 19)
      let own = try await rulings { Self.start($0 + 100, try Self.mac($0 + 100)) }
      #expect(own.allSatisfy { $0 == .allow })
    }
  }

  @Test("a failed start is in nobody's way after half a minute, or once seen off")
  func grants() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1", "h2")
      let (h1, h2) = (try #require(agents["h1"]), try #require(agents["h2"]))
      let mac = try Self.mac()
      try await coordinator.setPolicy { $0.outOfBand = "block" }
      #expect(try await coordinator.judge(Self.start(1, mac), by: h1).ruling == .allow)
      #expect(try await coordinator.judge(Self.start(2, mac), by: h2).ruling == .refuse)
      coordinator.clock.advance(seconds: 31)
      #expect(try await coordinator.judge(Self.start(2, mac), by: h2).ruling == .allow)
      // The same one again is no rival of itself.
      #expect(try await coordinator.judge(Self.start(2, mac), by: h2).ruling == .allow)
      // A report from before the start, which comes late, ends nothing; one that it ran and is off does.
      let next = try Self.mac(9)
      let pet = DomainStart(id: .sample(700), name: "pet", nics: [ObservedNIC(mac: next)])
      #expect(try await coordinator.judge(pet, by: h1).ruling == .allow)
      await h1.put(.unmanaged("pet", state: .stopped, macs: [next]))
      try await coordinator.report(h1)
      #expect(try await coordinator.judge(Self.start(3, next), by: h2).ruling == .refuse)
      await h1.put(.unmanaged("pet", macs: [next]))
      try await coordinator.report(h1)
      await h1.put(.unmanaged("pet", state: .stopped, macs: [next]))
      try await coordinator.report(h1)
      #expect(try await coordinator.judge(Self.start(3, next), by: h2).ruling == .allow)
    }
  }

  @Test(
    "after a restart nobody starts until every host has told, or half a minute")
  func ignorance() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1", "h2")
      let (h1, h2) = (try #require(agents["h1"]), try #require(agents["h2"]))
      try await coordinator.setPolicy { $0.outOfBand = "block" }
      try await coordinator.report(h1)
      await h1.disconnect()
      try await coordinator.restart()
      let start = Self.start(1, try Self.mac())
      let failure = await #expect(throws: FleetError.self) { try await coordinator.judge(start, by: h2) }
      #expect(failure?.code == .unreachable && failure?.message.contains("has not heard of host") == true)
      coordinator.clock.advance(seconds: 31)
      #expect(try await coordinator.judge(start, by: h2).ruling == .allow)
    }
  }

  @Test("a bridge's rule holds for guests on its network before libvirt names the bridge")
  func bridges() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1", "h2")
      let (h1, h2) = (try #require(agents["h1"]), try #require(agents["h2"]))
      let mac = try Self.mac()
      await h1.put(.unmanaged("pet", macs: [mac]))
      try await coordinator.report(h1)
      let bridge = HostNetwork.sample.bridge
      try await coordinator.setPolicy {
        $0.network = bridge
        $0.outOfBand = "block"
      }
      let start = DomainStart(id: .sample(1), name: "copy", nics: [ObservedNIC(mac: mac, network: "default")])
      #expect(try await coordinator.judge(start, by: h2).ruling == .refuse)
    }
  }

  @Test("the policy outlives a restart, follows its networks, and refuses unknown words")
  func policy() async throws {
    try await TestCoordinator.with { coordinator in
      #expect(try await coordinator.policy().policy.outOfBand == "warn")
      try await coordinator.setPolicy {
        $0.outOfBand = "block"
        $0.unanswered = "fail-closed"
      }
      try await coordinator.setPolicy {
        $0.network = "lab"
        $0.outOfBand = "observe"
      }
      try await coordinator.restart()
      let policy = try OutOfBandPolicy(try await coordinator.policy().policy)
      #expect(policy == OutOfBandPolicy(outOfBand: .block, unanswered: .failClosed, networks: ["lab": .observe]))
      for bad in ["", "Block", "block "] {
        await #expect(throws: FleetError.self) { try await coordinator.setPolicy { $0.outOfBand = bad } }
      }
      await #expect(throws: FleetError.self) {
        try await coordinator.setPolicy {
          $0.network = "../x"
          $0.outOfBand = "warn"
        }
      }
      try await coordinator.setPolicy {
        $0.network = "lab"
        $0.forgetNetwork = true
      }
      #expect(try OutOfBandPolicy(try await coordinator.policy().policy).networks.isEmpty)
    }
  }

  @Test("a rival that starts between order and question stops it, whatever the policy")
  func ownStart() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1", "h2")
      let vm = try await coordinator.made("web-1")
      let mac = try #require(MACAddress(vm.nics[0].mac))
      let home = try #require(agents[vm.host])
      let other = try #require(agents[vm.host == "h1" ? "h2" : "h1"])
      try await coordinator.setPolicy { $0.outOfBand = "observe" }
      let start = DomainStart(id: try #require(VMID(vm.id)), name: "web-1", nics: [ObservedNIC(mac: mac)])
      await home.answer { _ in .silence }
      _ = try await coordinator.power("web-1", .start)
      await other.put(.unmanaged("pet", macs: [mac]))
      try await coordinator.report(other)
      #expect(try await coordinator.judge(start, by: home).ruling == .refuse)
      await home.disconnect()
    }
  }

  @Test("no managed VM starts beside one that runs with its address, whatever the policy")
  func managedStart() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1", "h2")
      let vm = try await coordinator.made("web-1")
      let mac = try #require(MACAddress(vm.nics[0].mac))
      let other = try #require(agents[vm.host == "h1" ? "h2" : "h1"])
      await other.put(.unmanaged("pet", macs: [mac]))
      try await coordinator.report(other)
      try await coordinator.setPolicy { $0.outOfBand = "observe" }
      let failure = await #expect(throws: FleetError.self) { try await coordinator.power("web-1", .start) }
      #expect(failure?.code == .conflict)
      #expect(failure?.message.contains("belongs to \"pet\"") == true)
      try await coordinator.resolve(mac) { $0.choice = "accept" }
      #expect(try await coordinator.ended(try await coordinator.power("web-1", .start)).state == "done")
    }
  }
}

extension TestCoordinator {
  /// Asks as a host's agent does.
  nonisolated func judge(_ start: DomainStart, by agent: FakeAgent) async throws -> StartVerdict {
    try #require(await judge([start], by: agent).first)
  }

  /// Asks for all at once, over one connection.
  nonisolated func judge(_ starts: [DomainStart], by agent: FakeAgent) async throws -> [StartVerdict] {
    try await call(transports.link(agent.credentials)) { client in
      let link = Roost_V1_AgentLink.Client(wrapping: client)
      return try await withThrowingTaskGroup(of: StartVerdict.self) { group in
        for start in starts { group.addTask { try StartVerdict(await link.judgeStart(start.message)) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
    }
  }

  nonisolated func policy() async throws -> Roost_V1_PolicyResponse {
    try await local { try await Roost_V1_Enforcement.Client(wrapping: $0).getPolicy(.init()) }
  }

  @discardableResult
  nonisolated func setPolicy(
    _ fill: (inout Roost_V1_SetPolicyRequest) -> Void
  ) async throws -> Roost_V1_PolicyResponse {
    var request = Roost_V1_SetPolicyRequest.with { $0.requestID = RequestID(from: random).description }
    fill(&request)
    let order = request
    return try await local { try await Roost_V1_Enforcement.Client(wrapping: $0).setPolicy(order) }
  }

  @discardableResult
  nonisolated func resolve(
    _ mac: MACAddress, _ fill: (inout Roost_V1_ResolveMACRequest) -> Void
  ) async throws -> Roost_V1_ResolveMACResponse {
    var request = Roost_V1_ResolveMACRequest.with {
      $0.requestID = RequestID(from: random).description
      $0.mac = mac.description
    }
    fill(&request)
    let order = request
    return try await local { try await Roost_V1_Enforcement.Client(wrapping: $0).resolveMAC(order) }
  }
}
