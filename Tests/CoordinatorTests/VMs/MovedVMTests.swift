import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("VMs that somebody moved or copied, or that collide")
struct MovedVMTests {
  /// A running VM on h1, and h2 beside it.
  private func moving(
    _ body: (TestCoordinator, _ h1: FakeAgent, _ h2: FakeAgent, _ domain: ObservedDomain) async throws -> Void
  ) async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      let h1 = try #require(agents["h1"])
      let reply = try await coordinator.create(.sample(), start: true)
      #expect(try await coordinator.ended(reply.operation).state == "done")
      let h2 = try #require(try await coordinator.hosts("h2")["h2"])
      let domain = try #require(await h1.domains.values.first)
      try await body(coordinator, h1, h2, domain)
      await h1.disconnect()
      await h2.disconnect()
    }
  }

  @Test("a VM moved with virsh migrate takes its home, its addresses and its port along")
  func moved() async throws {
    try await moving { coordinator, h1, h2, domain in
      await h2.put(domain)
      try await coordinator.report(h2)
      #expect(try await coordinator.stored { try $0.vms() }.map(\.host) == ["h1"])
      await h1.remove(domain.id)
      try await h1.reconnect()
      try await eventually("the ledger follows") { try await coordinator.vm(domain.id.description).host == "h2" }
      let (vm, ports, macs) = try await coordinator.stored { reader in
        (try reader.vms().first, try reader.portEntries(), try reader.macEntries(includeRetired: false))
      }
      #expect(vm?.host == "h2" && ports.map(\.host) == ["h2"] && macs.map(\.owner.host) == ["h2"])
      #expect(ports.map(\.port) == [vm?.allocations.vncPort ?? 0])
      #expect(try await coordinator.events("vm.moved").count == 1)
      let history = try await coordinator.ledger { try await $0.listPorts(.with { $0.port = 5900 }).history }
      #expect(history.map(\.vm) == ["web-1"] && history.map(\.host) == ["h2"])
      #expect(try await coordinator.reports(macs[0].mac.description).first?.history.count == 2)
    }
  }

  @Test("a moved VM's deletion names what stays where Roost made it", arguments: [false, true])
  func origin(isUndefined: Bool) async throws {
    try await moving { coordinator, h1, h2, domain in
      await h1.see { $0.imageDirectory = "/var/lib/roost" }
      await h2.put(domain)
      try await coordinator.report(h2)
      await h1.remove(domain.id)
      try await coordinator.report(h1)
      try await eventually("the ledger follows") { try await coordinator.vm(domain.id.description).host == "h2" }
      if isUndefined {
        await h2.remove(domain.id)
        try await coordinator.report(h2)
      }
      let file = "/var/lib/roost/web-1-vda-\(domain.id.description.prefix(8)).qcow2"
      await h1.put(file)
      let ended = try await coordinator.ended(try await coordinator.delete("web-1", force: true))
      #expect(ended.state == "done")
      #expect(
        ended.steps.map(\.detail)
          == ["left on h1, where Roost made it: \(file) (if no guest needs it, there: rm \(file))"])
    }
  }

  @Test("a VM seen on two hosts is not moved: both running is a double run, told once")
  func twoHosts() async throws {
    try await moving { coordinator, h1, h2, domain in
      await h2.put(domain)
      try await coordinator.report(h2)
      try await coordinator.report(h1)
      #expect(try await coordinator.vm("web-1").host == "h1")
      try await eventually("the double run is told") { try await coordinator.events("vm.double-run").count == 1 }
      let vm = try await coordinator.vm("web-1")
      #expect(vm.duplicates.map(\.kind) == ["same_uuid"] && vm.duplicates.first?.doubleRun == true)
      let conflicts = try await coordinator.ledger { try await $0.listMACs(.with { $0.conflictsOnly = true }).macs }
      #expect(conflicts.map(\.conflict.kind) == ["same_uuid"] && conflicts.first?.conflict.doubleRun == true)
      try await coordinator.report(h2)
      #expect(try await coordinator.events("vm.double-run").count == 1)
      #expect(try await coordinator.events("vm.moved").isEmpty)
    }
  }

  @Test("a domain with the VM's UUID but no mark is no move, nor is its home's silence")
  func unmarked() async throws {
    try await moving { coordinator, h1, h2, domain in
      var copy = domain
      copy.mark = nil
      await h2.put(copy)
      await h1.remove(domain.id)
      try await coordinator.report(h2)
      try await coordinator.report(h1)
      await h2.put(domain)
      await h1.disconnect()
      try await eventually("h1 is silent") { try await coordinator.hostState("h1") == HostState.unreachable.rawValue }
      try await coordinator.report(h2)
      #expect(try await coordinator.stored { try $0.vms() }.map(\.host) == ["h1"])
      try await h1.connect()
      try await eventually("the home says that it is gone") {
        try await coordinator.stored { try $0.vms() }.map(\.host) == ["h2"]
      }
    }
  }

  @Test("the duplicate of a VM is never started")
  func duplicate() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      let h1 = try #require(agents["h1"])
      let reply = try await coordinator.create(.sample())
      #expect(try await coordinator.ended(reply.operation).state == "done")
      let h2 = try #require(try await coordinator.hosts("h2")["h2"])
      let domain = try #require(await h1.domains.values.first)
      await h2.put(domain)
      try await coordinator.report(h2)
      func start() async throws -> Roost_V1_Operation {
        try await coordinator.local { client in
          try await Roost_V1_VMs.Client(wrapping: client).changePower(
            .with {
              $0.requestID = RequestID(from: coordinator.random).description
              $0.vm = "web-1"
              $0.verb = "start"
            }
          ).operation
        }
      }
      let error = await #expect(throws: FleetError.self) { try await start() }
      #expect(error?.code == .conflict && error?.message.contains("UUID") == true, "\(error?.message ?? "")")
      #expect(error?.message.contains("h2") == true && error?.hint.contains("virsh undefine") == true)
      await h2.remove(domain.id)
      try await coordinator.report(h2)
      try await eventually("the duplicate is gone") { try await coordinator.vm("web-1").duplicates.isEmpty }
      #expect(try await coordinator.ended(try await start()).state == "done")
      await h1.disconnect()
      await h2.disconnect()
    }
  }

  @Test("a new VM is not started on a disk that another one writes to")
  func sharedDisk() async throws {
    try await TestCoordinator.with { coordinator in
      let h1 = try #require(try await coordinator.hosts("h1")["h1"])
      await h1.put(.unmanaged("pet", disks: ["/srv/pet.qcow2"]))
      await h1.put("/srv/pet.qcow2")
      try await coordinator.report(h1)
      var spec = VMSpec.sample()
      spec.disks = [DiskSpec(target: "vda", source: .existing, path: "/srv/pet.qcow2")]
      let error = await #expect(throws: FleetError.self) { try await coordinator.create(spec, start: true) }
      #expect(error?.code == .conflict && error?.message.contains("/srv/pet.qcow2") == true)
      #expect(try await coordinator.stored { try $0.vms() }.isEmpty)
      await h1.disconnect()
    }
  }

  @Test("a guest that grabs a ledger port leads to a new port, not to a failed boot")
  func grabbedPort() async throws {
    try await TestCoordinator.with { coordinator in
      let h1 = try #require(try await coordinator.hosts("h1")["h1"])
      let reply = try await coordinator.create(.sample())
      #expect(try await coordinator.ended(reply.operation).state == "done" && reply.vm.vnc.port == 5900)
      // Its own display took the next port too: both are passed over.
      var grabber = ObservedDomain.unmanaged("grabber", vncPort: 5900)
      grabber.live?.graphics.append(ObservedGraphics(type: "vnc", port: 5901, autoport: true))
      await h1.put(grabber)
      try await coordinator.report(h1)
      await h1.answer { action in
        let starts = await h1.actions.filter { if case .power = $0.work { true } else { false } }
        guard case .power = action.work, starts.count == 1 else { return .obey }
        return .refuse(FleetError(.portBusy, "something listens on port 5900"))
      }
      let operation = try await coordinator.local { client in
        try await Roost_V1_VMs.Client(wrapping: client).changePower(
          .with {
            $0.requestID = RequestID(from: coordinator.random).description
            $0.vm = "web-1"
            $0.verb = "start"
          }
        ).operation
      }
      #expect(try await coordinator.ended(operation).state == "done")
      let vm = try await coordinator.vm("web-1")
      #expect(vm.vnc.port == 5902 && vm.state == "running")
      #expect(try await coordinator.events("port.changed").count == 1)
      let rows = try await coordinator.stored { try $0.portEntries(includeRetired: true) }
      #expect(rows.map(\.port) == [5900, 5902] && rows.map(\.state) == [.retired, .allocated])
      await h1.disconnect()
    }
  }
}
