import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("Taking VMs off the books, and bringing them back")
struct ForgettingTests {
  @Test("a VM its host has is not forgotten; an undefined one is, and its addresses rest")
  func undefined() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      let agent = try #require(agents["h1"])
      let vm = try await coordinator.made("web-1")
      let refused = await #expect(throws: FleetError.self) { try await coordinator.forget("web-1") }
      #expect(refused?.code == .precondition && refused?.hint.contains("roost release web-1") == true)
      await agent.remove(try #require(VMID(vm.id)))
      try await agent.reconnect()
      try await eventually("it is seen to be gone") { try await coordinator.vm("web-1").state == "failed" }
      let row = try #require(try await coordinator.listed("web-1"))
      #expect(row.notes.first?.contains("roost recover web-1") == true && row.seenAt > 0)
      let start = await #expect(throws: FleetError.self) { try await coordinator.power("web-1", .start) }
      #expect(start?.code == .precondition && start?.message.contains("host \"h1\"") == true)
      #expect(start?.hint.contains("roost recover web-1") == true)
      try await coordinator.forget("web-1")
      #expect(try await coordinator.listed("web-1") == nil)
      let mac = try #require(vm.firstMAC)
      #expect(try await coordinator.stored { try $0.macHolder(mac) }?.state == .quarantined)
      let other = await #expect(throws: FleetError.self) { try await coordinator.create("other", mac: mac) }
      #expect(other?.code == .conflict)
      #expect(try await coordinator.create("web-1", mac: mac).vm.nics.map(\.mac) == [mac.description])
      await agent.disconnect()
    }
  }

  @Test("a silent host's VM is forgotten by its said name, its address given to nobody")
  func silent() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1", "h2")
      let vm = try await coordinator.made("web-1", start: true)
      let mac = try #require(vm.firstMAC)
      try await coordinator.silence(try #require(agents[vm.host]))
      let deletion = await #expect(throws: FleetError.self) { try await coordinator.delete("web-1") }
      #expect(deletion?.hint.contains("roost forget web-1") == true)
      let unsaid = await #expect(throws: FleetError.self) { try await coordinator.forget("web-1") }
      #expect(unsaid?.code == .precondition && unsaid?.hint.contains("--confirm web-1") == true)
      try await coordinator.forget("web-1", confirm: "web-1")
      #expect(try await coordinator.stored { try $0.vms() }.isEmpty)
      #expect(try await coordinator.listed("web-1")?.managed == false, "what was last seen of it stays known")
      for reclaim in [false, true] {
        let refused = await #expect(throws: FleetError.self) {
          try await coordinator.create("dup", mac: mac, reclaim: reclaim)
        }
        #expect(refused?.code == .conflict)
      }
      let word = await #expect(throws: FleetError.self) { try await coordinator.reclaim(mac) }
      #expect(word?.code == .conflict && word?.message.contains("web-1") == true)
      for agent in agents.values { await agent.disconnect() }
    }
  }

  @Test("a VM that was undefined is defined again by its host, and is off")
  func recovered() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      let agent = try #require(agents["h1"])
      let vm = try await coordinator.made("web-1", start: true)
      let nothing = await #expect(throws: FleetError.self) { try await coordinator.recover("web-1") }
      #expect(nothing?.code == .precondition)
      await agent.remove(try #require(VMID(vm.id)))
      try await agent.reconnect()
      try await eventually("it is seen to be gone") { try await coordinator.vm("web-1").state == "failed" }
      #expect(try await coordinator.ended(try await coordinator.recover("web-1")).state == "done")
      let back = try await coordinator.vm("web-1")
      #expect(back.state == "stopped" && back.nics.map(\.mac) == vm.nics.map(\.mac) && back.notes.isEmpty)
      let orders = await agent.actions.compactMap { action -> ProvisionRequest? in
        if case .recover(let order) = action.work { order } else { nil }
      }
      #expect(orders.count == 1 && orders.first?.vmID.description == vm.id)
      await agent.disconnect()
    }
  }

  @Test("no polite stop takes the last copy of a running VM, and recover makes it last")
  func lastCopy() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      let agent = try #require(agents["h1"])
      let vm = try await coordinator.made("web-1", start: true)
      let id = try #require(VMID(vm.id))
      var domain = try #require(await agent.remove(id))
      (domain.isPersistent, domain.saved) = (false, nil)
      await agent.put(domain)
      try await agent.reconnect()
      try await eventually("the list says it") {
        try await coordinator.listed("web-1")?.notes.contains { $0.contains("undefined behind Roost's back") } == true
      }
      let stop = await #expect(throws: FleetError.self) { try await coordinator.power("web-1", .stop) }
      #expect(stop?.code == .precondition && stop?.message.contains("last copy") == true)
      #expect(stop?.hint.contains("roost recover web-1") == true && stop?.hint.contains("--force") == true)
      #expect(try await coordinator.ended(try await coordinator.recover("web-1")).state == "done")
      #expect(try await coordinator.vm("web-1").state == "running")
      #expect(try await coordinator.ended(try await coordinator.power("web-1", .stop)).state == "done")
      await agent.disconnect()
    }
  }

  @Test("a VM another host has, or whose disk another domain has, is not defined again")
  func elsewhere() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1", "h2")
      let vm = try await coordinator.made("web-1")
      let home = try #require(agents[vm.host])
      let other = try #require(agents[vm.host == "h1" ? "h2" : "h1"])
      let id = try #require(VMID(vm.id))
      var domain = try #require(await home.remove(id))
      domain.mark = nil
      await other.put(domain)
      try await coordinator.report(other)
      try await home.reconnect()
      try await eventually("it is seen to be gone") { try await coordinator.vm("web-1").state == "failed" }
      for act in [{ try await coordinator.recover("web-1").id }, { try await coordinator.forget("web-1").id }] {
        let refused = await #expect(throws: FleetError.self) { try await act() }
        #expect(refused?.message.contains(other.name) == true)
      }
      for agent in agents.values { await agent.disconnect() }
    }
  }

  @Test("a VM is found under the name that virsh gave it, too, and the list tells of it")
  func renamed() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      let agent = try #require(agents["h1"])
      let vm = try await coordinator.made("web-1")
      let id = try #require(VMID(vm.id))
      var domain = try #require(await agent.remove(id))
      (domain.name, domain.hasManagedSave) = ("web-9", true)
      await agent.put(domain)
      try await coordinator.report(agent)
      for name in ["web-1", "web-9"] {
        let found = try await coordinator.vm(name)
        #expect(found.name == "web-1" && found.hostName == "web-9" && found.managed && found.saved)
      }
      #expect(try await coordinator.listed("web-1")?.notes.contains { $0.contains("\"web-9\"") } == true)
      #expect(try await coordinator.ended(try await coordinator.power("web-9", .start)).state == "done")
      await agent.put(.unmanaged("pet"))
      try await coordinator.report(agent)
      let foreign = await #expect(throws: FleetError.self) { try await coordinator.power("pet", .stop) }
      #expect(foreign?.hint.hasPrefix("take it in first: roost adopt --host h1 pet") == true)
      await agent.disconnect()
    }
  }
}
