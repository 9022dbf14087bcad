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
  @Test("hosts and VMs come back with their names, ids and addresses, and no address is given twice")
  func rebuilt() async throws {
    try await Rig.with { rig in
      let agents = [try await ready(rig, "h1"), try await ready(rig, "h2")]
      let one = try await rig.made("one", start: true)
      let two = try await rig.made("two")
      for agent in agents { await agent.disconnect() }
      await rig.stop()
      for suffix in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: rig.directory.database + suffix)
      }
      let rebuilding = Rebuilding(directory: rig.directory, clock: rig.clock, random: rig.random)
      let record = try await rebuilding.rebuild(
        name: nil, listen: ListenAddress(parsing: rig.fleet.linkAddress), macPrefix: nil)
      #expect(record.id == rig.fleet.id && record.name == rig.fleet.name)
      try await rig.start()
      for agent in agents { try await agent.connect() }
      for name in ["one", "two"] {
        try await eventually("\(name) is back") { (try? await rig.vm(name).managed) == true }
      }
      for before in [one, two] {
        let after = try await rig.vm(before.name)
        #expect(after.id == before.id && after.host == before.host && after.state == before.state)
        #expect(after.nics.map(\.mac) == before.nics.map(\.mac) && after.vnc.port == before.vnc.port)
      }
      let refusal = await #expect(throws: FleetError.self) { try await rig.create(.sample("no")) }
      #expect(refusal?.code == .precondition)
      #expect(try await rig.settling().reported == ["h1", "h2"])
      try await rig.finishSettling()
      #expect(try await rig.settling().differences.isEmpty)
      let fleet = try await rig.stored { try $0.fleet() }
      #expect(fleet.macPrefix == rig.fleet.macPrefix && fleet.epoch > 1)
      try await rig.restart()
      for agent in agents { try await agent.reconnect() }
      try await rig.waitUntilReady("h1")
      let fresh = try await rig.made("fresh")
      #expect(![one, two].flatMap(\.nics).map(\.mac).contains(fresh.nics[0].mac))
      #expect(fresh.nics[0].mac.hasPrefix(rig.fleet.macPrefix))
      for agent in agents { await agent.disconnect() }
    }
  }

  @Test("it needs the authority's files and no database")
  func refusals() async throws {
    try await Rig.with { rig in
      await rig.stop()
      let rebuilding = Rebuilding(directory: rig.directory, clock: rig.clock, random: rig.random)
      let over = await #expect(throws: FleetError.self) {
        try await rebuilding.rebuild(name: nil, listen: nil, macPrefix: nil)
      }
      #expect(over?.code == .conflict)
      let empty = DataDirectory(path: rig.directory.path + "-empty")
      try FileManager.default.createDirectory(atPath: empty.path, withIntermediateDirectories: false)
      defer { try? FileManager.default.removeItem(atPath: empty.path) }
      let without = await #expect(throws: FleetError.self) {
        try await Rebuilding(directory: empty, clock: rig.clock, random: rig.random).rebuild(
          name: nil, listen: nil, macPrefix: nil)
      }
      #expect(without?.code == .precondition)
    }
  }

  private func ready(_ rig: Rig, _ name: String) async throws -> FakeAgent {
    let agent = try await rig.host(name)
    try await agent.connect()
    try await rig.waitUntilReady(name)
    return agent
  }
}
