import Fleet
import FleetTestKit
import Foundation
import RoostProto
import SimulationKit
import Store
import Testing

@testable import Coordinator

@Suite("Making a lost database anew")
struct RebuildingTests {
  @Test("hosts and VMs come back with names, ids and addresses, and no address is twice")
  func rebuilt() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = [try await coordinator.readyHost("h1"), try await coordinator.readyHost("h2")]
      let one = try await coordinator.made("one", start: true)
      let two = try await coordinator.made("two")
      for agent in agents { await agent.disconnect() }
      await coordinator.stop()
      for suffix in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: coordinator.directory.database + suffix)
      }
      let rebuilding = DatabaseRebuilder(
        directory: coordinator.directory, clock: coordinator.clock, random: coordinator.random)
      let record = try await rebuilding.rebuild(
        name: nil, listen: ListenAddress(parsing: coordinator.fleet.linkAddress), macPrefix: nil)
      #expect(record.id == coordinator.fleet.id && record.name == coordinator.fleet.name)
      try await coordinator.start()
      for agent in agents { try await agent.connect() }
      for name in ["one", "two"] {
        try await eventually("\(name) is back") { (try? await coordinator.vm(name).managed) == true }
      }
      for before in [one, two] {
        let after = try await coordinator.vm(before.name)
        #expect(after.id == before.id && after.host == before.host && after.state == before.state)
        #expect(after.nics.map(\.mac) == before.nics.map(\.mac) && after.vnc.port == before.vnc.port)
      }
      let refusal = await #expect(throws: FleetError.self) { try await coordinator.create(.sample("no")) }
      #expect(refusal?.code == .precondition)
      #expect(try await coordinator.settling().reported == ["h1", "h2"])
      try await coordinator.finishSettling()
      #expect(try await coordinator.settling().differences.isEmpty)
      let fleet = try await coordinator.stored { try $0.fleet() }
      #expect(fleet.macPrefix == coordinator.fleet.macPrefix && fleet.epoch > 1)
      try await coordinator.restart()
      for agent in agents { try await agent.reconnect() }
      try await coordinator.waitUntilReady("h1")
      let fresh = try await coordinator.made("fresh")
      #expect(![one, two].flatMap(\.nics).map(\.mac).contains(fresh.nics[0].mac))
      #expect(fresh.nics[0].mac.hasPrefix(coordinator.fleet.macPrefix))
      for agent in agents { await agent.disconnect() }
    }
  }

  @Test("it needs the authority's files and no database")
  func refusals() async throws {
    try await TestCoordinator.with { coordinator in
      await coordinator.stop()
      let rebuilding = DatabaseRebuilder(
        directory: coordinator.directory, clock: coordinator.clock, random: coordinator.random)
      let over = await #expect(throws: FleetError.self) {
        try await rebuilding.rebuild(name: nil, listen: nil, macPrefix: nil)
      }
      #expect(over?.code == .conflict)
      let empty = DataDirectory(path: coordinator.directory.path + "-empty")
      try FileManager.default.createDirectory(atPath: empty.path, withIntermediateDirectories: false)
      defer { try? FileManager.default.removeItem(atPath: empty.path) }
      let without = await #expect(throws: FleetError.self) {
        try await DatabaseRebuilder(directory: empty, clock: coordinator.clock, random: coordinator.random).rebuild(
          name: nil, listen: nil, macPrefix: nil)
      }
      #expect(without?.code == .precondition)
    }
  }
}
