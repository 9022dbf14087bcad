import Fleet
import FleetTestKit
import GRPCCore
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

/// Each refusal is asked for twice, as a dry run and in earnest, and both have the same words.
@Suite("A dry run refuses what the request itself would")
struct DryRunTests {
  private static let folder = "/var/lib/libvirt/images"

  /// The refusal of a request, after that of its dry run has been compared with it.
  private func refusal(
    of spec: VMSpec, start: Bool = false, _ coordinator: TestCoordinator
  ) async throws -> FleetError? {
    let before = try await coordinator.lastEvent()
    let dry = await #expect(throws: FleetError.self) { try await coordinator.create(spec, start: start, dryRun: true) }
    let earnest = await #expect(throws: FleetError.self) { try await coordinator.create(spec, start: start) }
    #expect(dry == earnest)
    #expect(try await coordinator.lastEvent() == before)
    return earnest
  }

  private func setPorts(_ coordinator: TestCoordinator, _ first: UInt32, _ last: UInt32) async throws {
    let id = RequestID(from: coordinator.random)
    _ = try await coordinator.local { client in
      try await Roost_V1_Addresses.Client(wrapping: client).setPortRange(
        .with {
          $0.requestID = id.description
          $0.first = first
          $0.last = last
        })
    }
  }

  private func plan(_ coordinator: TestCoordinator, _ specs: [VMSpec], start: Bool = false) async throws
    -> Roost_V1_PlanBatchResponse
  {
    let items = specs.map { spec in
      Roost_V1_BatchItem.with {
        $0.spec = spec.message
        $0.start = start
      }
    }
    return try await coordinator.local { client in
      try await Roost_V1_Planning.Client(wrapping: client).planBatch(.with { $0.items = items })
    }
  }

  private static func bringing(_ path: String, _ name: String = "new") -> VMSpec {
    var spec = VMSpec.sample(name)
    spec.disks = [DiskSpec(target: "vda", source: .existing, path: path)]
    return spec
  }

  private static func making(_ path: String) -> VMSpec {
    var spec = VMSpec.sample("new")
    spec.disks = [DiskSpec(target: "vda", source: .blank, path: path, size: .gibibytes(1))]
    return spec
  }

  @Test("a taken name, a taken MAC and a used-up range of ports")
  func addresses() async throws {
    try await TestCoordinator.with { coordinator in
      let mac = try #require(MACAddress("52:54:00:12:34:56"))
      let agent = try await coordinator.readyHost(with: .unmanaged("pet", macs: [mac]))
      let named = try await refusal(of: .sample("pet"), coordinator)
      #expect(named?.code == .conflict)
      let taken = VMSpec.sample("new", nics: [NICSpec(source: .network("default"), mac: mac)])
      #expect(try await refusal(of: taken, coordinator)?.message.contains("pet") == true)
      try await setPorts(coordinator, 5900, 5900)
      let made = try await coordinator.create(.sample("one"))
      #expect(try await coordinator.ended(made.operation).state == "done")
      let full = try await refusal(of: .sample("two"), coordinator)
      #expect(full?.code == .exhausted && full?.message == "no VNC port of 5900-5900 is free")
      var blind = VMSpec.sample("blind")
      blind.vnc = nil
      #expect(try await coordinator.create(blind, dryRun: true).decision.host == "h1")
      await agent.disconnect()
    }
  }

  @Test("another VM's disk, by its path or by another, whether the new VM starts or not")
  func disks() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      var pet = ObservedDomain.unmanaged("pet", state: .stopped, disks: ["\(Self.folder)/pet.qcow2"])
      pet.saved?.disks[0].identity = "file:7:9"
      await agent.tell(pet)
      await agent.put("\(Self.folder)/pet.qcow2", identity: "file:7:9")
      await agent.put("/srv/link.qcow2", identity: "file:7:9")
      await agent.put("/srv/own.qcow2", identity: "file:7:10")
      try await agent.waitUntilHeard()
      for path in ["\(Self.folder)/pet.qcow2", "/srv/link.qcow2"] {
        for start in [false, true] {
          let refused = try await refusal(of: Self.bringing(path), start: start, coordinator)
          #expect(refused?.code == .conflict && refused?.message.contains("\"pet\" on h1") == true)
        }
      }
      #expect(try await coordinator.create(Self.bringing("/srv/own.qcow2"), dryRun: true).decision.host == "h1")
      await agent.disconnect()
    }
  }

  @Test("a new disk's place that is taken or has no directory refuses the host")
  func places() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      await agent.put("/srv", .directory)
      await agent.put("/srv/taken.qcow2")
      await agent.put("/srv/dark.qcow2", .hidden)
      func detail(_ path: String) async throws -> String? {
        let plan = try await coordinator.create(Self.making(path), dryRun: true).decision
        let refused = await #expect(throws: FleetError.self) { try await coordinator.create(Self.making(path)) }
        #expect(refused?.code == .noHostFits && refused?.refusals.map(\.detail) == plan.refused.map(\.detail))
        return plan.refused.first { $0.rule == "files" }?.detail
      }
      #expect(
        try await detail("/srv/taken.qcow2")
          == "makes /srv/taken.qcow2 for disk \"vda\", there is a file already, and it was not made for this VM")
      #expect(
        try await detail("/nowhere/a.qcow2")
          == "makes /nowhere/a.qcow2 for disk \"vda\", there is no directory /nowhere")
      #expect(try await coordinator.create(Self.making("/srv/new.qcow2"), dryRun: true).notes.isEmpty)
      let dark = try await coordinator.create(Self.making("/srv/dark.qcow2"), dryRun: true)
      #expect(dark.decision.host == "h1" && dark.notes.map { $0.contains("can't be checked") } == [true])
      await agent.answerQueries(false)
      let silent = try await coordinator.create(Self.making("/srv/new.qcow2"), dryRun: true)
      #expect(silent.decision.host == "h1" && silent.notes.map { $0.contains("can't be checked") } == [true])
      await agent.disconnect()
    }
  }

  @Test("VMs of one batch with one MAC, one disk, or more displays than there are ports")
  func batch() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      let nic = NICSpec(source: .network("default"), mac: try MACAddress(choosing: "52:54:00:12:34:56"))
      let twice = [VMSpec.sample("a", nics: [nic]), .sample("b", nics: [nic])]
      let one = await #expect(throws: FleetError.self) { try await self.plan(coordinator, twice) }
      #expect(one?.code == .invalid && one?.message == "two VMs of the batch have the MAC 52:54:00:12:34:56")

      await agent.put("/srv/a.qcow2")
      let same = [Self.bringing("/srv/a.qcow2", "a"), Self.bringing("/srv/a.qcow2", "b")]
      let disk = await #expect(throws: FleetError.self) { try await self.plan(coordinator, same) }
      #expect(disk?.code == .conflict && disk?.message.contains("write to the disk /srv/a.qcow2") == true)
      let lost = try await plan(coordinator, [Self.bringing("/srv/a.qcow2", "a"), Self.bringing("/srv/no.qcow2", "b")])
      #expect(lost.places.map(\.decision.host) == ["h1", ""] && !lost.complete)

      try await setPorts(coordinator, 5900, 5900)
      let ports = await #expect(throws: FleetError.self) {
        try await self.plan(coordinator, [.sample("a"), .sample("b")])
      }
      #expect(ports?.code == .exhausted)
      #expect(try await plan(coordinator, [.sample("a")]).complete)
      #expect(try await coordinator.stored { try $0.vms().isEmpty && $0.heldPorts().isEmpty })
      await agent.disconnect()
    }
  }
}
