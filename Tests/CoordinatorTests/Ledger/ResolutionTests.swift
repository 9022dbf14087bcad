import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("What is done about a shared address")
struct ResolutionTests {
  /// A managed VM that is off or runs, and a domain on the other host that runs with its address.
  private static func withConflict(
    start: Bool, _ body: (TestCoordinator, Roost_V1_VM, MACAddress, [String: FakeAgent]) async throws -> Void
  ) async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1", "h2")
      let vm = try await coordinator.made("web-1", start: start)
      let mac = try #require(MACAddress(vm.nics[0].mac))
      let other = try #require(agents[vm.host == "h1" ? "h2" : "h1"])
      await other.put(.unmanaged("pet", macs: [mac]))
      try await coordinator.report(other)
      try await eventually("the conflict is seen") { try await coordinator.conflicts() == [mac.description] }
      try await body(coordinator, vm, mac, agents)
    }
  }

  @Test("without a choice owners and commands are said, newcomer first; nothing changes")
  func choices() async throws {
    try await Self.withConflict(start: false) { coordinator, vm, mac, _ in
      let before = try await coordinator.lastEvent()
      let answer = try await coordinator.resolve(mac) { _ in }
      #expect(answer.entry.claimants.map(\.vm).sorted() == ["pet", "web-1"])
      #expect(
        answer.choices.map(\.command) == [
          "virsh domif-setlink pet \(mac) down", "roost mac resolve \(mac) --new-mac web-1",
          "roost mac resolve \(mac) --accept",
        ])
      #expect(try await coordinator.lastEvent() == before)
      let free = try #require(MACAddress("52:54:00:ff:ff:01"))
      let failure = await #expect(throws: FleetError.self) { try await coordinator.resolve(free) { _ in } }
      #expect(failure?.code == .notFound)
      #expect(vm.name == "web-1")
    }
  }

  @Test("a VM that is off gets another address everywhere at once, and the old one rests")
  func newMAC() async throws {
    try await Self.withConflict(start: false) { coordinator, vm, mac, agents in
      let id = RequestID(from: coordinator.random).description
      let answer = try await coordinator.resolve(mac) {
        $0.requestID = id
        $0.choice = "new_mac"
        $0.vm = "web-1"
      }
      #expect(try await coordinator.ended(answer.operation).state == "done")
      let next = try #require(MACAddress(answer.newMac))
      #expect(try await coordinator.vm("web-1").nics.map(\.mac) == [next.description])
      let vmID = try #require(VMID(vm.id))
      #expect(await agents[vm.host]?.domains[vmID]?.saved?.nics.map(\.mac) == [next])
      #expect(await agents[vm.host]?.domains[vmID]?.mark?.allocations.macs == [next])
      let holders = try await coordinator.stored { (try $0.macHolder(mac), try $0.macHolder(next)) }
      #expect(holders.0?.state == .quarantined && holders.1?.state == .allocated)
      try await eventually("the conflict is over") { try await coordinator.conflicts().isEmpty }
      // The same request again is answered as before, and does nothing.
      let again = try await coordinator.resolve(mac) {
        $0.requestID = id
        $0.choice = "new_mac"
        $0.vm = "web-1"
      }
      #expect(again.newMac == answer.newMac)
      #expect(try await coordinator.vm("web-1").nics.map(\.mac) == [next.description])
    }
  }

  @Test("an address of a VM that runs is not changed, and its link goes down instead")
  func linkDown() async throws {
    try await Self.withConflict(start: true) { coordinator, vm, mac, agents in
      let refused = await #expect(throws: FleetError.self) {
        try await coordinator.resolve(mac) {
          $0.choice = "new_mac"
          $0.vm = "web-1"
        }
      }
      #expect(refused?.code == .precondition)
      let answer = try await coordinator.resolve(mac) {
        $0.choice = "link_down"
        $0.vm = "web-1"
      }
      #expect(try await coordinator.ended(answer.operation).state == "done")
      let vmID = try #require(VMID(vm.id))
      #expect(await agents[vm.host]?.actions.last?.work == .nic(vmID, .linkDown(mac)))
    }
  }

  @Test("what Roost does not manage is not touched: the virsh command is said")
  func unmanaged() async throws {
    try await Self.withConflict(start: true) { coordinator, _, mac, agents in
      let before = try await coordinator.lastEvent()
      for choice in ["new_mac", "link_down"] {
        let failure = await #expect(throws: FleetError.self) {
          try await coordinator.resolve(mac) {
            $0.choice = choice
            $0.vm = "pet"
          }
        }
        #expect(failure?.code == .precondition)
        #expect(failure?.hint.contains("virsh domif-setlink pet \(mac) down") == true)
      }
      #expect(try await coordinator.lastEvent() == before)
      #expect(agents.count == 2)
    }
  }

  @Test("an accepted conflict isn't counted until another owner comes, over restarts too")
  func accept() async throws {
    try await Self.withConflict(start: true) { coordinator, vm, mac, agents in
      #expect(try await coordinator.resolve(mac) { $0.choice = "accept" }.accepted)
      #expect(try await coordinator.conflicts().isEmpty)
      try await coordinator.restart()
      for agent in agents.values { try await agent.connect() }
      for name in agents.keys { try await coordinator.waitUntilReady(name) }
      #expect(try await coordinator.conflicts().isEmpty)
      let home = try #require(agents[vm.host])
      await home.put(.unmanaged("third", id: .sample(701), macs: [mac]))
      try await coordinator.report(home)
      try await eventually("it counts again") { try await coordinator.conflicts() == [mac.description] }
      #expect(try await coordinator.stored { try $0.acceptedConflicts() }.isEmpty)
    }
  }
}

extension TestCoordinator {
  /// The addresses in conflict.
  nonisolated func conflicts() async throws -> [String] {
    try await local { client in
      try await Roost_V1_Addresses.Client(wrapping: client).listMACs(.with { $0.conflictsOnly = true }).macs.map(\.mac)
    }
  }
}
