import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("What the ledger learns from reports")
struct SightingTests {
  private static func lease(_ mac: MACAddress, _ ip: String, _ source: String) -> AddressLease {
    AddressLease(mac: mac, ip: ip, source: source)
  }

  @Test("an unmanaged VM's address has known owners, over restarts and a host's absence")
  func history() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      let agent = try #require(agents["h1"])
      let mac = try #require(MACAddress("52:54:00:5d:aa:a8"))
      var pet = ObservedDomain.unmanaged("pet", macs: [mac])
      pet.leases = [Self.lease(mac, "192.168.122.7", "lease"), Self.lease(mac, "192.168.122.7", "arp")]
      await agent.put(pet)
      try await coordinator.report(agent)
      let now = try #require(try await coordinator.reports("5D-AA-A8").first)
      #expect(now.entry.state == "observed" && now.entry.owner.vm == "pet" && now.entry.owner.host == "h1")
      #expect(now.places.map(\.network) == ["default"] && now.places.map(\.bridge) == ["virbr0"])
      #expect(now.places.first?.addresses.map(\.source) == ["lease", "arp"])
      // A report that comes within a second of another is written down after it.
      try await eventually("it is written down") {
        try await coordinator.reports("5D-AA-A8").first?.history.map(\.to) == [0]
      }
      await agent.disconnect()
      try await coordinator.restart()
      #expect(try await coordinator.reports("5d:aa:a8").first?.entry.state == "observed")
      #expect(try await coordinator.reports("5d:aa:a8").first?.places.count == 1)
      await agent.remove(pet.id)
      try await agent.connect()
      try await coordinator.waitUntilReady("h1")
      try await eventually("pet is gone") { try await coordinator.reports("5d:aa:a8").first?.entry.state == "retired" }
      let gone = try #require(try await coordinator.reports("52:54:00:5d:aa:a8").first)
      #expect(gone.places.isEmpty && gone.history.map(\.owner.vm) == ["pet"] && gone.history[0].to > 0)
      #expect(try await coordinator.reports("5d:aa:ff").isEmpty)
      let before = try await coordinator.stored { try $0.sightings(of: mac) }
      try await coordinator.report(agent)
      #expect(try await coordinator.stored { try $0.sightings(of: mac) } == before)
      await agent.disconnect()
    }
  }

  @Test("addresses in snapshots and saved states count, and are given to nobody")
  func kept() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try #require(try await coordinator.hosts("h1")["h1"])
      let mac = try #require(MACAddress("\(coordinator.fleet.macPrefix):00:00:00"))
      var pet = ObservedDomain.unmanaged("pet", state: .stopped)
      pet.kept = [DomainConfiguration(nics: [ObservedNIC(mac: mac, bridge: "br7")])]
      await agent.put(pet)
      try await coordinator.report(agent)
      try await eventually("it is seen, and written down") {
        let report = try await coordinator.reports(mac.description).first
        return report?.entry.state == "observed" && report?.history.map(\.bridge) == ["br7"]
      }
      #expect(try await coordinator.create(.sample()).vm.nics.map(\.mac) == ["\(coordinator.fleet.macPrefix):00:00:01"])
      await agent.disconnect()
    }
  }

  @Test("what a DHCP server keeps is reserved, but for an interface on its very network")
  func dhcp() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try #require(try await coordinator.hosts("h1")["h1"])
      let mac = try #require(MACAddress("\(coordinator.fleet.macPrefix):00:00:00"))
      await agent.see { facts in
        facts.networks.append(
          HostNetwork(
            name: "lan", bridge: "virbr7", isActive: true, autostart: true,
            reservations: [DHCPReservation(mac: mac, ip: "10.0.0.9", name: "db")]))
      }
      try await coordinator.report(agent)
      try await eventually("the reservation is known") { try await !coordinator.reports(mac.description).isEmpty }
      let entries = try await coordinator.ledger { try await $0.listMACs(.init()).macs }
      let entry = try #require(entries.first { $0.mac == mac.description })
      #expect(entry.state == "reserved" && entry.source == "dhcp" && entry.owner.host == "h1")
      #expect(entry.owner.vm == "db in network lan")
      #expect(
        try await coordinator.create(.sample("a")).vm.nics.map(\.mac) == ["\(coordinator.fleet.macPrefix):00:00:01"])
      let elsewhere = VMSpec.sample("b", nics: [NICSpec(source: .network("default"), mac: mac)])
      let error = await #expect(throws: FleetError.self) { try await coordinator.create(elsewhere) }
      #expect(error?.code == .conflict && error?.message.contains("db in network lan") == true)
      let there = VMSpec.sample("c", nics: [NICSpec(source: .network("lan"), mac: mac)])
      #expect(try await coordinator.create(there).vm.nics.map(\.mac) == [mac.description])
      await agent.disconnect()
    }
  }

  @Test("VMs are found by MAC, by a piece of one, by IP and by port, managed or not")
  func search() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try #require(try await coordinator.hosts("h1")["h1"])
      let mac = try #require(MACAddress("52:54:00:5d:aa:a8"))
      var pet = ObservedDomain.unmanaged("pet", macs: [mac], vncPort: 6001)
      pet.leases = [Self.lease(mac, "192.168.122.7", "agent")]
      await agent.put(pet)
      try await coordinator.report(agent)
      let reply = try await coordinator.create(.sample())
      #expect(try await coordinator.ended(reply.operation).state == "done")
      #expect(try await coordinator.names(mac: "5254.005D.AAA8") == ["pet"])
      #expect(try await coordinator.names(mac: "aa:a8") == ["pet"])
      #expect(try await coordinator.names(mac: reply.vm.nics[0].mac) == ["web-1"])
      #expect(try await coordinator.names(ip: "192.168.122.7") == ["pet"])
      #expect(try await coordinator.names(port: 6001) == ["pet"])
      #expect(try await coordinator.names(port: reply.vm.vnc.port) == ["web-1"])
      #expect(try await coordinator.names(mac: "aa:a8", port: reply.vm.vnc.port).isEmpty)
      #expect(try await coordinator.names(mac: "aa:a8", ip: "192.168.122.7", port: 6001) == ["pet"])
      #expect(try await coordinator.names(ip: "192.168.122.8").isEmpty)
      let bad = await #expect(throws: FleetError.self) { try await coordinator.names(ip: "192.168.122.700") }
      #expect(bad?.code == .invalid)
      await agent.disconnect()
    }
  }
}
