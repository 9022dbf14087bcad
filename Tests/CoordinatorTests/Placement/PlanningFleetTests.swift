import Fleet
import FleetTestKit
import GRPCCore
import RoostAPI
import RoostProto
import Scheduling
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("The fleet as decisions see it")
struct PlanningFleetTests {
  @Test("it has every VM, what VMs ask for, unmanaged guests and what hosts are made of")
  func whole() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.host("h1")
      await agent.put(.unmanaged("pet", vcpus: 2, memory: .gibibytes(3)))
      await agent.put(.unmanaged("asleep", id: .sample(701), state: .stopped))
      await agent.see { facts in
        facts.cpuModels = ["EPYC"]
        facts.numa = [NUMACell(id: 0, memory: .gibibytes(8), cpus: [0, 1])]
        facts.hugePages = [HugePages(pageSize: .mebibytes(2), total: 8, free: 4)]
      }
      try await agent.connect()
      try await coordinator.waitUntilReady("h1")
      let wanted = PlacementConstraints(
        avoid: ["rack": ["z"]], groups: ["web"], pools: ["default": .gibibytes(5)], isPinned: true)
      _ = try await coordinator.create(.sample("web-1"), asking: wanted)
      // A host that is named at the moment of making is a choice of that moment.
      _ = try await coordinator.create(.sample("web-2"), asking: PlacementConstraints(), host: "h1")
      let fleet = try await coordinator.planningFleet()
      let host = try #require(fleet.hosts.first)
      #expect(host.cpuModels == ["EPYC"] && host.qemuVersion == "7.2.0")
      #expect(host.cells.map(\.cpus.count) == [2] && host.hugePages.map(\.free) == [4])
      #expect(host.pools["default"]?.reserved == UInt64(ByteCount.gibibytes(5).bytes))
      #expect(host.vms.map(\.spec.name) == ["pet", "web-1", "web-2"])
      #expect(host.vms.map(\.managed) == [false, true, true])
      #expect(host.vms.map(\.constraints.pinned) == [false, true, false])
      #expect(try PlacementConstraints(host.vms[1].constraints) == wanted)
      #expect(host.reservedVcpus == 6 && host.reservedMemoryBytes == UInt64(ByteCount.gibibytes(7).bytes))
      #expect(host.vmCount == 4)
      await agent.disconnect()
    }
  }

  @Test("a host has the image beneath a VM's disk there, once the VM is made")
  func images() {
    let image = ImageRef(id: .sample(5), name: "debian")
    var spec = VMSpec.sample("web-1")
    spec.disks = [DiskSpec(target: "vda", source: .overlay(image), size: .gibibytes(10))]
    var view = FleetView()
    view.replace(HostEntry(host: .sample()))
    var vm = ManagedVM.sample(spec, phase: .provisioning)
    view.replace(vm)
    #expect(view.snapshots(now: .sample)[0].images.isEmpty)
    vm.phase = nil
    view.replace(vm)
    #expect(view.snapshots(now: .sample)[0].images == [.sample(5)])
  }

  @Test("a batch is planned largest first, and nothing of it is placed if all are wanted")
  func batch() async throws {
    try await TestCoordinator.with { coordinator in
      let large = HostCapacity(vcpus: 8, memory: .gibibytes(16), disk: .gibibytes(200))
      let small = HostCapacity(vcpus: 8, memory: .gibibytes(12), disk: .gibibytes(200))
      var agents = try await coordinator.readyHosts(["h1"], capacity: large)
      agents += try await coordinator.readyHosts(["h2"], capacity: small)
      let specs = [
        VMSpec.sample("s", vcpus: 1, memory: .gibibytes(12)), .sample("l", vcpus: 1, memory: .gibibytes(16)),
      ]
      let plan = try await self.plan(coordinator, specs)
      #expect(plan.complete && plan.order == [1, 0])
      #expect(plan.places.map(\.decision.host) == ["h2", "h1"])
      let more = try await self.plan(
        coordinator, specs + [.sample("x", vcpus: 1, memory: .gibibytes(1))], "all-or-nothing")
      #expect(!more.complete)
      let lost = more.places.filter { $0.decision.host.isEmpty }
      #expect(lost.map(\.vm) == ["x"])
      #expect(lost.first?.decision.refused.map(\.rule) == ["memory", "memory"])
      let error = await #expect(throws: FleetError.self) { try await self.plan(coordinator, [specs[0], specs[0]]) }
      #expect(error?.code == .invalid)
      #expect(try await coordinator.stored { try $0.vms().isEmpty })
      for agent in agents { await agent.disconnect() }
    }
  }

  private func plan(_ coordinator: TestCoordinator, _ specs: [VMSpec], _ mode: String = "") async throws
    -> Roost_V1_PlanBatchResponse
  {
    let wanted = specs.map { spec in Roost_V1_BatchItem.with { $0.spec = spec.message } }
    return try await coordinator.local { client in
      try await Roost_V1_Planning.Client(wrapping: client).planBatch(
        .with {
          $0.items = wanted
          $0.mode = mode
        })
    }
  }
}
