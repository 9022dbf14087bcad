import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import Store
import Testing

@testable import Coordinator

@Suite("Adopting and releasing")
struct AdoptionTests {
  @Test("a running VM is adopted in place: one mark is all its host is asked for, and its addresses are the ledger's")
  func adopted() async throws {
    try await Rig.with { rig in
      let agent = try await host(rig, "h1", [.unmanaged(macs: [.sample(1)], vncPort: 5907)])
      let reply = try await rig.adopt("pet")
      #expect(try await rig.ended(reply.operation).state == "done")
      let vm = try await rig.vm("pet")
      #expect(vm.managed && vm.state == "running" && vm.vnc.port == 5907)
      let actions = await agent.actions
      #expect(actions.count == 1)
      guard case .mark(let mark)? = actions.first?.work else { throw FleetError(.internal, "no mark was asked for") }
      #expect(mark.vmID == .sample(700) && mark.allocations == Allocations(macs: [.sample(1)], vncPort: 5907))
      let entry = try await rig.stored { try $0.macHolder(.sample(1)) }
      #expect(entry?.state == .allocated && entry?.source == "observed" && entry?.owner.vm == "pet")
      let again = await #expect(throws: FleetError.self) { try await rig.adopt("pet") }
      #expect(again?.code == .conflict && again?.message.contains("managed already") == true)
      await agent.disconnect()
    }
  }

  @Test("a released VM is unmanaged, its addresses are seen and not quarantined, and it can be adopted again")
  func released() async throws {
    try await Rig.with { rig in
      let agent = try await host(rig, "h1", [.unmanaged(macs: [.sample(1)], vncPort: 5907)])
      #expect(try await rig.ended(rig.adopt("pet").operation).state == "done")
      #expect(try await rig.ended(rig.giveBack("pet")).state == "done")
      let vm = try await rig.vm("pet")
      #expect(!vm.managed && vm.state == "running")
      #expect(await agent.domains[.sample(700)]?.mark == nil)
      #expect(try await rig.stored { try $0.macHolder(.sample(1)) } == nil)
      let listed = try await rig.local { client in
        try await Roost_V1_Addresses.Client(wrapping: client).listMACs(.init()).macs
      }
      #expect(listed.map(\.state) == ["observed"])
      #expect(try await rig.ended(rig.adopt("pet").operation).state == "done")
      await agent.disconnect()
    }
  }

  @Test(
    "two that share an address are refused, copies and collisions told apart, until somebody says which is the owner")
  func conflicts() async throws {
    try await Rig.with { rig in
      let agent = try await host(
        rig, "h1",
        [
          .unmanaged("a", id: .sample(701), macs: [.sample(1)], disks: ["/a.qcow2"]),
          .unmanaged("b", id: .sample(702), macs: [.sample(1)], disks: ["/a.qcow2"]),
          .unmanaged("c", id: .sample(703), macs: [.sample(3)]),
        ])
      let plan = try await rig.local { try await Roost_V1_Adoption.Client(wrapping: $0).plan(.init()).verdicts }
      #expect(plan.map(\.name) == ["a", "b", "c"] && plan.map(\.hasFailure) == [true, true, false])
      #expect(plan[0].failure.message.contains("a copy"))
      let refusal = await #expect(throws: FleetError.self) { try await rig.adopt("a") }
      #expect(refusal?.code == .conflict)
      #expect(try await rig.ended(rig.adopt("a", acceptConflicts: true).operation).state == "done")
      let owned = await #expect(throws: FleetError.self) { try await rig.adopt("b", acceptConflicts: true) }
      #expect(owned?.code == .conflict && owned?.message.contains("\"a\"") == true)
      await agent.disconnect()
    }
  }

  @Test("what is there already is adopted even if its host is oversold by it, and then nothing more is placed there")
  func oversold() async throws {
    try await Rig.with { rig in
      let agent = try await host(rig, "h1", [.unmanaged(vcpus: 64, macs: [.sample(1)])])
      let reply = try await rig.adopt("pet")
      #expect(reply.notes.contains { $0.contains("64 vCPUs of 8") })
      #expect(try await rig.ended(reply.operation).state == "done")
      let refusal = await #expect(throws: FleetError.self) { try await rig.create(.sample()) }
      #expect(refusal?.code == .noHostFits)
      await agent.disconnect()
    }
  }

  @Test("a host that refuses leaves the VM unmanaged and its addresses free; a lost answer is asked for again")
  func failures() async throws {
    try await Rig.with { rig in
      let agent = try await host(rig, "h1", [.unmanaged(macs: [.sample(1)])])
      await agent.answer { _ in .refuse(FleetError(.denied, "no")) }
      #expect(try await rig.ended(rig.adopt("pet").operation).state == "failed")
      #expect(try await !rig.vm("pet").managed)
      #expect(try await rig.stored { try $0.macHolder(.sample(1)) } == nil)
      await agent.answer { _ in .hangUp }
      let reply = try await rig.adopt("pet")
      try await eventually("the action arrives") { await agent.actions.count == 2 }
      await agent.disconnect()
      await agent.answer { _ in .obey }
      try await rig.restart()
      try await agent.connect()
      #expect(try await rig.ended(reply.operation).state == "done")
      #expect(try await rig.vm("pet").managed)
      let ids = await agent.actions.map(\.id)
      #expect(ids.count == 3 && ids[1] == ids[2])
      await agent.disconnect()
    }
  }

  private func host(_ rig: Rig, _ name: String, _ domains: [ObservedDomain]) async throws -> FakeAgent {
    let agent = try await rig.host(name)
    for domain in domains { await agent.put(domain) }
    try await agent.connect()
    try await rig.waitUntilReady(name)
    return agent
  }
}
