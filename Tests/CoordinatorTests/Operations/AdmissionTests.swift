import Fleet
import FleetTestKit
import GRPCCore
import RoostAPI
import RoostProto
import SimulationKit
import Store
import Testing

@testable import Coordinator

@Suite("Admitting new VMs")
struct AdmissionTests {
  /// Room for ten VMs of one CPU each.
  static let ten = HostCapacity(vcpus: 10, memory: .gibibytes(64), disk: .gibibytes(1000))

  @Test("of fifty VMs at once forty find the room for forty, and no address is twice")
  func crowd() async throws {
    try await TestCoordinator.with { coordinator in
      var agents: [FakeAgent] = []
      for name in ["h1", "h2", "h3", "h4"] {
        let agent = try await coordinator.host(name, capacity: Self.ten)
        try await agent.connect()
        agents.append(agent)
        try await coordinator.waitUntilReady(name)
      }
      let outcomes = try await coordinator.local { client in
        await withTaskGroup(of: Result<Roost_V1_CreateVMResponse, FleetError>.self) { group in
          for number in 1...50 {
            let request = Roost_V1_CreateVMRequest.creating(
              .sample("vm-\(number)", vcpus: 1, memory: .gibibytes(1)), id: RequestID(from: coordinator.random))
            group.addTask {
              do {
                return .success(try await Roost_V1_VMs.Client(wrapping: client).create(request))
              } catch { return .failure(FleetError(error)) }
            }
          }
          return await group.reduce(into: []) { $0.append($1) }
        }
      }
      let placed = outcomes.compactMap { try? $0.get() }
      let refused = outcomes.compactMap { if case .failure(let error) = $0 { error } else { nil } }
      #expect(placed.count == 40 && refused.count == 10)
      #expect(refused.allSatisfy { $0.code == .noHostFits && $0.refusals.count == 4 })
      let (vms, macs, ports) = try await coordinator.stored { reader in
        (
          try reader.vms(), try reader.macEntries(includeRetired: false), try reader.portEntries()
        )
      }
      #expect(vms.count == 40)
      #expect(Dictionary(grouping: vms, by: \.host).values.allSatisfy { $0.count == 10 })
      #expect(Set(vms.flatMap(\.allocations.macs)).count == 40 && macs.count == 40)
      #expect(Set(vms.compactMap(\.allocations.vncPort)).count == 40 && ports.count == 40)
      for agent in agents { await agent.disconnect() }
    }
  }

  @Test("a repeated request is the same operation; its id with another body a conflict")
  func replay() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost()
      let id = RequestID(from: coordinator.random)
      let first = try await coordinator.create(.sample(), id: id)
      let second = try await coordinator.create(.sample(), id: id)
      #expect(!first.operation.id.isEmpty && first.operation.id == second.operation.id)
      #expect(first.vm.id == second.vm.id)
      let error = await #expect(throws: FleetError.self) { try await coordinator.create(.sample("other"), id: id) }
      #expect(error?.code == .conflict && error?.message.contains("was used for another request") == true)
      #expect(try await coordinator.stored { try $0.vms().count } == 1)
      await agent.disconnect()
    }
  }

  @Test("a chosen MAC that an unmanaged VM has is refused, and its owner is named")
  func observedMAC() async throws {
    try await TestCoordinator.with { coordinator in
      let mac = try #require(MACAddress("52:54:00:12:34:56"))
      let agent = try await coordinator.readyHost(with: .unmanaged("pet", macs: [mac]))
      let before = try await coordinator.lastEvent()
      let wanted = VMSpec.sample(nics: [NICSpec(source: .network("default"), mac: mac)])
      let error = await #expect(throws: FleetError.self) { try await coordinator.create(wanted) }
      #expect(error?.code == .conflict && error?.message.contains("pet") == true, "\(error?.message ?? "")")
      #expect(error?.message.contains("h1") == true)
      #expect(try await coordinator.lastEvent() == before)
      await agent.disconnect()
    }
  }

  @Test("the hint of a refusal is about the rule that refused")
  func hints() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost()
      func hint(_ spec: VMSpec, asking constraints: PlacementConstraints? = nil) async -> String? {
        await #expect(throws: FleetError.self) {
          try await coordinator.create(spec, asking: constraints ?? PlacementConstraints())
        }?.hint
      }
      let lost = VMSpec.sample(nics: [NICSpec(source: .network("defalt"))])
      #expect(await hint(lost) == "see what hosts have: roost network list")
      #expect(
        await hint(.sample(), asking: PlacementConstraints(require: ["rack": ["z"]]))
          == "see the hosts' labels: roost host list -o wide")
      var large = VMSpec.sample()
      large.memory = .gibibytes(1 << 12)
      #expect(await hint(large) == "ask for less, or see what is free: roost host list")
      var brought = VMSpec.sample()
      brought.disks = [
        DiskSpec(
          device: .cdrom, bus: "sata", target: "sda", format: .raw, source: .existing,
          path: "/var/lib/libvirt/images/no.iso")
      ]
      #expect(await hint(brought)?.hasSuffix("or put an image of the library into the drive: --cdrom IMAGE") == true)
      brought.memory = .gibibytes(1 << 12)
      #expect(await hint(brought) == "ask for less, or see what is free: roost host list")
      await agent.disconnect()
      try await eventually("it is silent") { try await coordinator.hostState("h1") == "unreachable" }
      #expect(await hint(.sample()) == "see why no host is ready: roost host list")
    }
  }

  @Test("a dry run decides and writes nothing")
  func dryRun() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost()
      let before = try await coordinator.lastEvent()
      let reply = try await coordinator.create(.sample(), dryRun: true)
      #expect(reply.decision.host == "h1" && !reply.hasVm && !reply.hasOperation)
      #expect(try await coordinator.lastEvent() == before)
      let rows = try await coordinator.stored { reader in
        try reader.vms().count + reader.macEntries(includeRetired: true).count
          + reader.portEntries(includeRetired: true).count
      }
      #expect(rows == 0)
      await agent.disconnect()
    }
  }
}
