import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("Addresses reserved by hand, and pools")
struct ReservationTests {
  @Test("a reserved address is listed, given to no VM, and released; repeats are answered")
  func reservation() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      let id = RequestID(from: coordinator.random)
      let entry = try await coordinator.reserve("00-16-3E-00-00-07", for: "printer", id: id)
      #expect(entry.mac == "00:16:3e:00:00:07" && entry.state == "reserved" && entry.owner.vm == "printer")
      #expect(try await coordinator.reserve("00-16-3E-00-00-07", for: "printer", id: id) == entry)
      let other = await #expect(throws: FleetError.self) {
        try await coordinator.reserve("00:16:3e:00:00:08", for: "printer", id: id)
      }
      #expect(other?.code == .conflict)
      let again = await #expect(throws: FleetError.self) { try await coordinator.reserve("00:16:3e", for: "lab") }
      #expect(again?.code == .conflict && again?.message.contains("printer") == true)
      let chosen = try #require(MACAddress("00:16:3e:00:00:07"))
      let wanted = VMSpec.sample(nics: [NICSpec(source: .network("default"), mac: chosen)])
      let refused = await #expect(throws: FleetError.self) { try await coordinator.create(wanted) }
      #expect(refused?.code == .conflict && refused?.message.contains("printer") == true)
      #expect(try await coordinator.release("0016.3e00.0007").state == "retired")
      let nothing = await #expect(throws: FleetError.self) { try await coordinator.release("00:16:3e:00:00:07") }
      #expect(nothing?.code == .notFound)
      #expect(try await coordinator.create(wanted).vm.nics.map(\.mac) == ["00:16:3e:00:00:07"])
      await agents["h1"]?.disconnect()
    }
  }

  @Test("a reserved range is passed over in one step, and released whole by its own name")
  func range() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      let prefix = coordinator.fleet.macPrefix
      try await coordinator.reserve("\(prefix):00:00:00-\(prefix):ef:ff:ff", for: "the lab")
      let vm = try await coordinator.create(.sample()).vm
      #expect(vm.nics.map(\.mac) == ["\(prefix):f0:00:00"])
      let found = try await coordinator.reports("\(prefix):12:34:56")
      #expect(found.first?.entry.state == "reserved" && found.first?.history.map(\.owner.vm) == ["the lab"])
      let inside = await #expect(throws: FleetError.self) {
        try await coordinator.reserve("\(prefix):ef:ff:ff-\(prefix):f0:00:00", for: "x")
      }
      #expect(inside?.code == .conflict)
      let part = await #expect(throws: FleetError.self) { try await coordinator.release("\(prefix):00:00:09") }
      let whole = "\(prefix):00:00:00-\(prefix):ef:ff:ff"
      #expect(part?.code == .precondition && part?.message.contains(whole) == true)
      #expect(try await coordinator.reports("\(prefix):00:00:09").first?.entry.state == "reserved")
      #expect(try await coordinator.release(whole).last == "\(prefix):ef:ff:ff")
      await agents["h1"]?.disconnect()
    }
  }

  @Test("what a VM has can't be reserved or released; what rests only by force")
  func owners() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      let pet = try #require(MACAddress("52:54:00:12:34:56"))
      await agents["h1"]?.put(.unmanaged("pet", macs: [pet]))
      try await coordinator.report(try #require(agents["h1"]))
      let reply = try await coordinator.create(.sample())
      #expect(try await coordinator.ended(reply.operation).state == "done")
      let mac = reply.vm.nics[0].mac
      for address in [mac, pet.description] {
        let name = address == mac ? "web-1" : "pet"
        for act in [
          { try await coordinator.reserve(address, for: "x") }, { try await coordinator.release(address, force: true) },
        ] {
          let error = await #expect(throws: FleetError.self) { try await act() }
          let message = error?.message ?? ""
          #expect(error?.code == .conflict && message.contains("\"\(name)\" on h1"), "\(message)")
        }
      }
      let deletion = try await coordinator.local { client in
        try await Roost_V1_VMs.Client(wrapping: client).delete(
          .with {
            $0.requestID = RequestID(from: coordinator.random).description
            $0.vm = "web-1"
          }
        ).operation
      }
      #expect(try await coordinator.ended(deletion).state == "done")
      let resting = await #expect(throws: FleetError.self) { try await coordinator.release(mac) }
      #expect(resting?.code == .conflict && resting?.hint.contains("roost mac reclaim") == true)
      #expect(try await coordinator.release(mac, force: true).state == "retired")
      let report = try #require(try await coordinator.reports(mac).first)
      #expect(report.entry.state == "retired" && report.history.map(\.owner.vm) == ["web-1"])
      await agents["h1"]?.disconnect()
    }
  }

  @Test("a network chooses the pool, which runs out by name and, deleted, serves no more")
  func pools() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      try await coordinator.createPool("seed", "00:16:3e", network: "default")
      #expect(try await coordinator.create(.sample("one")).vm.nics.map(\.mac) == ["00:16:3e:00:00:00"])
      let error = await #expect(throws: FleetError.self) {
        try await coordinator.createPool("more", "0a:00:00", network: "default")
      }
      #expect(error?.code == .conflict && error?.message.contains("\"seed\"") == true)
      try await coordinator.createPool("two", "0a:00:00:00:00:00-0a:00:00:00:00:01", label: "tier=front")
      let pools = try await coordinator.ledger { try await $0.listMACPools(.init()).pools }
      #expect(pools.map(\.pool.name) == ["default", "seed", "two"] && pools[1].allocated == 1)
      _ = try await coordinator.ledger { client in
        try await client.deleteMACPool(
          .with {
            $0.requestID = RequestID(from: coordinator.random).description
            $0.name = "seed"
          })
      }
      var labelled = VMSpec.sample("front", nics: Array(repeating: NICSpec(source: .network("default")), count: 2))
      labelled.labels = ["tier": "front"]
      let front = try await coordinator.create(labelled).vm
      #expect(front.nics.map(\.mac) == ["0a:00:00:00:00:00", "0a:00:00:00:00:01"])
      labelled.name = "full"
      let full = await #expect(throws: FleetError.self) { try await coordinator.create(labelled) }
      #expect(full?.code == .exhausted && full?.message.contains("\"two\"") == true)
      #expect(full?.hint.contains("roost mac pool create") == true)
      let missing = await #expect(throws: FleetError.self) {
        try await coordinator.ledger { try await $0.listMACPools(.with { $0.name = "seed" }) }
      }
      #expect(missing?.code == .notFound)
      await agents["h1"]?.disconnect()
    }
  }

  @Test("the VNC port range can be changed, is warned about, and holds for the next VM")
  func ports() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      #expect(try await coordinator.create(.sample("one")).vm.vnc.port == 5900)
      func set(_ first: UInt32, _ last: UInt32) async throws -> Roost_V1_SetPortRangeResponse {
        try await coordinator.ledger { client in
          try await client.setPortRange(
            .with {
              $0.requestID = RequestID(from: coordinator.random).description
              $0.first = first
              $0.last = last
            })
        }
      }
      #expect(try await set(0, 0).first == 5900)
      let answer = try await set(40000, 40000)
      #expect(answer.first == 40000 && answer.warnings.count == 2)
      #expect(try await coordinator.create(.sample("two")).vm.vnc.port == 40000)
      let full = await #expect(throws: FleetError.self) { try await coordinator.create(.sample("three")) }
      #expect(full?.code == .exhausted && full?.hint.contains("roost port range") == true)
      for (first, last) in [(1, 2), (6000, 5999), (5900, 70000)] as [(UInt32, UInt32)] {
        let error = await #expect(throws: FleetError.self) { try await set(first, last) }
        #expect(error?.code == .invalid)
      }
      await agents["h1"]?.disconnect()
    }
  }
}
