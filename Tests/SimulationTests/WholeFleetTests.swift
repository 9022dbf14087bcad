import Agent
import Fleet
import FleetTestKit
import Foundation
import RoostAPI
import RoostProto
import SimulationKit
import SwiftProtobuf
import Testing

/// A coordinator and its agents in one process: what each is tested for by itself must hold between them too.
@Suite("A whole fleet in one process")
struct WholeFleetTests {
  /// A VM that needs nothing of the machine that the tests run on.
  private func wanted(_ name: String) -> VMSpec {
    var spec = VMSpec.sample(name, disk: .zero)
    spec.vnc = nil
    return spec
  }

  @Test("hosts join, VMs are created on them, and the listing shows what runs where")
  func create() async throws {
    try await Simulation.with { fleet in
      let hosts = [try await fleet.host("h1"), try await fleet.host("h2")]
      for name in ["web-1", "web-2"] {
        let reply = try await fleet.coordinator.create(wanted(name), start: true)
        #expect(try await fleet.coordinator.ended(reply.operation).state == "done")
      }
      let listed = try await fleet.coordinator.local { client in
        try await Roost_V1_VMs.Client(wrapping: client).list(.init()).vms
      }
      #expect(listed.map(\.name).sorted() == ["web-1", "web-2"] && listed.allSatisfy { $0.state == "running" })
      // Spread: one on each, and each host has just the one that the listing says.
      #expect(Set(listed.map(\.host)) == ["h1", "h2"])
      for host in hosts {
        let there = host.hypervisor.edit { $0.domains.values.map(\.name) }
        #expect(there == listed.filter { $0.host == host.name }.map(\.name))
      }
    }
  }

  @Test("a returning agent tells what changed, and a returning coordinator asks for it")
  func comeBack() async throws {
    try await Simulation.with { fleet in
      let host = try await fleet.host("h1")
      let reply = try await fleet.coordinator.create(wanted("web-1"), start: true)
      #expect(try await fleet.coordinator.ended(reply.operation).state == "done")
      await host.stop()
      try await fleet.comesTrue("h1 is gone") {
        try await fleet.coordinator.hostState("h1") == HostState.unreachable.rawValue
      }
      #expect(try await fleet.coordinator.vm("web-1").certainty == "unknown")
      let id = try #require(VMID(reply.vm.id))
      host.hypervisor.edit { $0.domains[id]?.state = .stopped }
      try await host.start()
      try await fleet.comesTrue("web-1 is seen as off") { try await fleet.coordinator.vm("web-1").state == "stopped" }
      try await fleet.coordinator.restart()
      try await fleet.ready("h1")
      #expect(try await fleet.coordinator.vm("web-1").certainty == "current")
    }
  }

  @Test("a host with a wrong clock says so in its checks once it meets the coordinator")
  func clock() async throws {
    try await Simulation.with { fleet in
      let host = try await fleet.host("h1")
      func check() async throws -> Roost_V1_CheckResult? {
        try await fleet.coordinator.local { client in
          let reply = try await Roost_V1_Hosts.Client(wrapping: client).get(.with { $0.host = "h1" })
          return reply.facts.checks.first { $0.check == "clock" }
        }
      }
      try await fleet.comesTrue("the clock is checked") { try await check() != nil }
      #expect(try await check()?.detail.contains(" s ahead of") == false)
      host.clock.go(ahead: 90)
      try await fleet.coordinator.restart()
      try await fleet.ready("h1")
      // The round that is under way may have begun before the clock went wrong.
      try await fleet.comesTrue("the check warns") {
        fleet.ticks.advance(by: .seconds(900))
        return try await check()?.result == "warn"
      }
      #expect(try await check()?.detail.contains("90 s ahead of the coordinator's") == true)
    }
  }

  @Test("the coordinator asks a real agent about files, and places by the answer")
  func files() async throws {
    try await Simulation.with { fleet in
      let host = try await fleet.host("h1")
      var spec = wanted("web-1")
      // What the host does not lend is not told of, so the file lies in its image directory.
      let images = "\(host.directory.path)/images"
      try FileManager.default.createDirectory(atPath: images, withIntermediateDirectories: true)
      let path = "\(images)/brought.raw"
      try Data(repeating: 0, count: 4096).write(to: URL(fileURLWithPath: path))
      spec.disks = [DiskSpec(target: "vda", format: .raw, source: .existing, path: path)]
      let found = try await fleet.coordinator.create(spec, dryRun: true)
      #expect(found.decision.host == "h1")
      spec.disks[0].path = path + ".missing"
      let missing = try await fleet.coordinator.create(spec, dryRun: true)
      #expect(missing.decision.refused.map(\.rule) == ["files"])
    }
  }
}
