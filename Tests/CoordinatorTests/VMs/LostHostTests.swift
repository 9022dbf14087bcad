import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("Hosts that leave, and hosts that are lost")
struct LostHostTests {
  @Test("an address of a guest that outlives release and host remove is given to nobody")
  func released() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1", "h2")
      let home = try await coordinator.made("web-1", start: true)
      let agent = try #require(agents[home.host])
      let mac = try #require(home.firstMAC)
      let pet = try #require(MACAddress("52:54:00:12:34:56"))
      await agent.put(.unmanaged("pet", macs: [pet]))
      try await coordinator.report(agent)
      #expect(try await coordinator.ended(try await coordinator.giveBack("web-1")).state == "done")
      let left = try await coordinator.removeHost(home.host)
      #expect(left.notes.first?.contains("web-1 (runs)") == true && left.notes.first?.contains("pet (runs)") == true)
      for address in [mac, pet] {
        let refused = await #expect(throws: FleetError.self) { try await coordinator.create("dup", mac: address) }
        #expect(refused?.code == .conflict && refused?.message.contains("quarantine") == true)
        #expect(try await coordinator.reports(address.description).first?.entry.state == "quarantined")
      }
      // Reusing the name alone does not prove that the unseen guest has stopped.
      let namesake = await #expect(throws: FleetError.self) { try await coordinator.create("web-1", mac: mac) }
      #expect(namesake?.message.contains("may still run") == true)
      #expect(namesake?.hint.contains("roost mac reclaim \(mac)") == true)
      #expect(try await coordinator.create("web-1", mac: mac, reclaim: true).vm.nics.map(\.mac) == [mac.description])
      for agent in agents.values { await agent.disconnect() }
    }
  }

  @Test("a host with VMs does not leave, and the way it is told is to give them back")
  func occupied() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      _ = try await coordinator.made("web-1")
      let refused = await #expect(throws: FleetError.self) { try await coordinator.removeHost("h1") }
      #expect(refused?.code == .precondition && refused?.hint.contains("roost release web-1") == true)
      try await coordinator.silence(try #require(agents["h1"]))
      let silent = await #expect(throws: FleetError.self) { try await coordinator.removeHost("h1") }
      #expect(silent?.hint.contains("roost host remove h1 --lost") == true)
    }
  }

  @Test("a host that will not come back goes with all it had, once its name is said")
  func lost() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      let agent = try #require(agents["h1"])
      let vm = try await coordinator.made("web-1", start: true)
      let mac = try #require(vm.firstMAC)
      let present = await #expect(throws: FleetError.self) {
        try await coordinator.removeHost("h1", lost: true, confirm: "h1")
      }
      #expect(present?.code == .precondition && present?.message.contains("not lost") == true)
      await agent.answer { _ in .silence }
      let deletion = try await coordinator.delete("web-1")
      try await coordinator.silence(agent)
      let unsaid = await #expect(throws: FleetError.self) { try await coordinator.removeHost("h1", lost: true) }
      #expect(unsaid?.hint.contains("--confirm h1") == true)
      #expect(try await coordinator.stored { try $0.vms().count } == 1)
      try await coordinator.removeHost("h1", lost: true, confirm: "h1")
      let ended = try await coordinator.ended(deletion)
      #expect(ended.state == "failed" && ended.failure.message.contains("lost"))
      let (vms, tombstones, ports, entry, hosts) = try await coordinator.stored { reader in
        (
          try reader.vms().count, try reader.tombstones().count, try reader.portEntries().count,
          try reader.macHolder(mac), try reader.hosts().count
        )
      }
      #expect(vms == 0 && tombstones == 0 && ports == 0 && hosts == 0)
      #expect(entry?.state == .quarantined && entry?.isLeftBehind == true)
      #expect(try await coordinator.events("host.lost").count == 1)
      // Its certificate is worth nothing any more, and its name is free.
      try await agent.connect()
      let next = try await coordinator.readyHost("h1")
      _ = try await coordinator.made("web-1")
      await agent.disconnect()
      await next.disconnect()
    }
  }

  @Test("what was lost and returns as a new host can be adopted with its old addresses")
  func comesBack() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      let agent = try #require(agents["h1"])
      let vm = try await coordinator.made("web-1", start: true)
      let guest = try #require(await agent.domains.values.first)
      try await coordinator.silence(agent)
      try await coordinator.removeHost("h1", lost: true, confirm: "h1")
      let next = try await coordinator.host("h1")
      await next.put(guest)
      try await next.connect()
      try await coordinator.waitUntilReady("h1")
      let adopted = try await coordinator.adopt("web-1")
      #expect(try await coordinator.ended(adopted.operation).state == "done")
      #expect(try await coordinator.vm("web-1").nics.map(\.mac) == vm.nics.map(\.mac))
      await next.disconnect()
    }
  }
}
