import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import Store
import Testing

@testable import Coordinator

@Suite("Placing a VM that brings its files along")
struct BroughtFilesTests {
  private static let path = "/var/lib/libvirt/images/web.qcow2"

  private var wanted: VMSpec {
    var spec = VMSpec.sample()
    spec.disks = [DiskSpec(target: "vda", source: .existing, path: Self.path)]
    return spec
  }

  @Test("it goes to the host that has them, whatever else speaks for another")
  func chosen() async throws {
    try await TestCoordinator.with { coordinator in
      let big = HostCapacity(vcpus: 64, memory: .gibibytes(512), disk: .gibibytes(9000))
      let empty = try await coordinator.host("h1", capacity: big)
      try await empty.connect()
      let full = try await coordinator.readyHost("h2")
      try await coordinator.waitUntilReady("h1")
      await full.put(Self.path)
      let plan = try await coordinator.create(wanted, dryRun: true)
      #expect(plan.decision.host == "h2" && plan.decision.refused.map(\.host) == ["h1"])
      #expect(plan.decision.refused.map(\.rule) == ["files"])
      #expect(plan.decision.refused[0].detail.contains(Self.path))
      let reply = try await coordinator.create(wanted)
      #expect(try await coordinator.ended(reply.operation).state == "done")
      #expect(try await coordinator.vm("web-1").host == "h2")
      #expect(await empty.queries.map(\.content) == [.files([Self.path]), .files([Self.path])])
      for agent in [empty, full] { await agent.disconnect() }
    }
  }

  @Test("when nobody has them, no host fits, each says why, and nothing changes")
  func nowhere() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = [try await coordinator.readyHost("h1"), try await coordinator.readyHost("h2")]
      await agents[1].put(Self.path, .other)
      let before = try await coordinator.lastEvent()
      let error = await #expect(throws: FleetError.self) { try await coordinator.create(wanted) }
      #expect(error?.code == .noHostFits && error?.refusals.map(\.rule) == ["files", "files"])
      #expect(error?.hint.contains("--create-disks") == true)
      #expect(error?.refusals[1].detail.contains("neither a file nor a block device") == true)
      #expect(try await coordinator.lastEvent() == before)
      for agent in agents { await agent.disconnect() }
    }
  }

  @Test("a host that does not answer is not taken for one that has them")
  func silent() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      await agent.answerQueries(false)
      let error = await #expect(throws: FleetError.self) { try await coordinator.create(wanted) }
      #expect(error?.code == .noHostFits)
      #expect(error?.refusals.first?.detail.contains("does not answer") == true)
      await agent.disconnect()
    }
  }

  @Test("a file beneath another domain's disk is refused, unless it is only read")
  func beneath() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      await agent.put(Self.path)
      var pet = ObservedDomain.unmanaged("overl", state: .stopped, disks: ["/var/lib/libvirt/images/top.qcow2"])
      pet.saved?.disks[0].beneath = [Self.path]
      await agent.tell(pet)
      try await agent.waitUntilHeard()
      let refused = await #expect(throws: FleetError.self) { try await coordinator.create(wanted) }
      #expect(refused?.code == .conflict && refused?.message.contains("\"overl\" on h1") == true)
      var reading = wanted
      reading.disks[0] = DiskSpec(
        device: .cdrom, bus: "sata", target: "sda", format: .raw, source: .existing, path: Self.path)
      let reply = try await coordinator.create(reading)
      #expect(try await coordinator.ended(reply.operation).state == "done")
      await agent.disconnect()
    }
  }

  @Test("hosts that are refused by another rule, and VMs that bring nothing, ask nobody")
  func unasked() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = [try await coordinator.readyHost("h1"), try await coordinator.readyHost("h2")]
      var pinned = Roost_V1_CreateVMRequest.creating(wanted, id: RequestID(from: coordinator.random), dryRun: true)
      pinned.host = "h2"
      let request = pinned
      let plan = try await coordinator.local { try await Roost_V1_VMs.Client(wrapping: $0).create(request) }
      #expect(plan.decision.refused.map(\.rule) == ["host", "files"])
      #expect(try await coordinator.create(.sample("plain"), dryRun: true).decision.refused.isEmpty)
      #expect(await agents[0].queries.isEmpty)
      #expect(await agents[1].queries.count == 1)
      for agent in agents { await agent.disconnect() }
    }
  }
}
