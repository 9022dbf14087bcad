import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("Addresses in quarantine, and whom they go back to")
struct QuarantineTests {
  private static let document = """
    <domain type='kvm'><name>NAME</name><uuid>UUID</uuid><memory unit='MiB'>64</memory><vcpu>1</vcpu>
    <os><type arch='x86_64'>hvm</type></os><devices><interface type='network'><source network='default'/>
    <mac address='02:16:3e:00:00:07'/></interface></devices></domain>
    """
  private static let mac = MACAddress(number: 0x0216_3E00_0007)

  private func `import`(
    _ coordinator: TestCoordinator, _ name: String, uuid: String = "6c3ba6b1-25e5-4a4d-8d1b-7f1a0d1f0001",
    reclaim: Bool = false
  ) async throws -> Roost_V1_CreateVMResponse {
    try await coordinator.local { client in
      try await Roost_V1_VMs.Client(wrapping: client).importVM(
        .with {
          $0.requestID = RequestID(from: coordinator.random).description
          $0.document = Self.document.replacing("NAME", with: name).replacing("UUID", with: uuid)
          $0.reclaim = reclaim
        })
    }
  }

  @Test("a VM deleted and imported again has its own address back; another one has not")
  func sameName() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      let first = try await `import`(coordinator, "web-1")
      #expect(try await coordinator.ended(first.operation).state == "done")
      #expect(try await coordinator.ended(try await coordinator.delete("web-1")).state == "done")
      let other = await #expect(throws: FleetError.self) { try await `import`(coordinator, "other") }
      #expect(other?.code == .conflict && other?.hint.contains("--reclaim") == true)
      #expect(other?.hint.contains("--new-macs") == true)
      let again = try await `import`(coordinator, "web-1")
      #expect(again.vm.nics.map(\.mac) == first.vm.nics.map(\.mac))
      #expect(try await coordinator.ended(again.operation).state == "done")
      await agents["h1"]?.disconnect()
    }
  }

  @Test("a deleted VM's document has its address back by its UUID, under another name")
  func sameUUID() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      let first = try await `import`(coordinator, "web-1")
      #expect(try await coordinator.ended(first.operation).state == "done")
      #expect(try await coordinator.ended(try await coordinator.delete("web-1")).state == "done")
      let again = try await `import`(coordinator, "web-2", uuid: first.vm.id)
      #expect(again.vm.nics.map(\.mac) == first.vm.nics.map(\.mac))
      await agents["h1"]?.disconnect()
    }
  }

  @Test("a person's word ends a quarantine, but not while somebody has the address")
  func word() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      let mac = try #require(Self.mac)
      let unknown = await #expect(throws: FleetError.self) { try await coordinator.reclaim(mac) }
      #expect(unknown?.code == .notFound)
      let first = try await `import`(coordinator, "web-1")
      #expect(try await coordinator.ended(first.operation).state == "done")
      let held = await #expect(throws: FleetError.self) { try await coordinator.reclaim(mac) }
      #expect(held?.code == .conflict && held?.message.contains("web-1") == true)
      #expect(try await coordinator.ended(try await coordinator.delete("web-1")).state == "done")
      let agent = try #require(agents["h1"])
      await agent.put(.unmanaged("pet", macs: [mac]))
      try await coordinator.report(agent)
      for act in [
        { _ = try await coordinator.reclaim(mac) }, { _ = try await coordinator.release(mac.description, force: true) },
        { _ = try await `import`(coordinator, "other", reclaim: true) },
        { _ = try await `import`(coordinator, "web-1") },
      ] {
        let refused = await #expect(throws: FleetError.self) { try await act() }
        #expect(refused?.code == .conflict && refused?.message.contains("pet") == true)
      }
      await agent.remove(.sample(700))
      try await agent.reconnect()
      try await eventually("the pet is gone") { try await coordinator.listed("pet") == nil }
      try await eventually("the ledger knows it") {
        try await coordinator.stored { reader in
          try reader.hosts().allSatisfy { try reader.openSightings(of: $0.id).isEmpty }
        }
      }
      let other = try await `import`(coordinator, "other", reclaim: true)
      #expect(try await coordinator.ended(other.operation).state == "done")
      #expect(try await coordinator.ended(try await coordinator.delete("other")).state == "done")
      #expect(try await coordinator.reclaim(mac).state == "retired")
      #expect(try await `import`(coordinator, "third").vm.nics.map(\.mac) == [mac.description])
      await agent.disconnect()
    }
  }
}
