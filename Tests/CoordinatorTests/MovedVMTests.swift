import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import Store
import SwiftProtobuf
import SimulationKit
import Testing

@testable import Coordinator

@Suite("VMs that somebody moves, copies or collides with")
struct MovedVMTests {
  /// A running VM on h1, and h2 beside it.
  private func moving(
    _ body: (Rig, _ h1: FakeAgent, _ h2: FakeAgent, _ domain: ObservedDomain) async throws -> Void
  ) async throws {
    try await Rig.with { rig in
      let agents = try await rig.hosts("h1")
      let h1 = try #require(agents["h1"])
      let reply = try await rig.create(.sample(), start: true)
      #expect(try await rig.ended(reply.operation).state == "done")
      let h2 = try #require(try await rig.hosts("h2")["h2"])
      let domain = try #require(await h1.domains.values.first)
      try await body(rig, h1, h2, domain)
      await h1.disconnect()
      await h2.disconnect()
    }
  }

  @Test("a VM moved with virsh migrate takes its home, its addresses and its port along")
  func moved() async throws {
    try await moving { rig, h1, h2, domain in
      await h2.put(domain)
      try await rig.report(h2)
      #expect(try await rig.stored { try $0.vms() }.map(\.host) == ["h1"])
      await h1.remove(domain.id)
      try await h1.reconnect()
      try await eventually("the ledger follows") { try await rig.vm(domain.id.description).host == "h2" }
      let (vm, ports, macs) = try await rig.stored { reader in
        (try reader.vms().first, try reader.portEntries(), try reader.macEntries(includeRetired: false))
      }
      #expect(vm?.host == "h2" && ports.map(\.host) == ["h2"] && macs.map(\.owner.host) == ["h2"])
      #expect(ports.map(\.port) == [vm?.allocations.vncPort ?? 0])
      #expect(try await rig.events("vm.moved").count == 1)
      let history = try await rig.ledger { try await $0.listPorts(.with { $0.port = 5900 }).history }
      #expect(history.map(\.vm) == ["web-1"] && history.map(\.host) == ["h2"])
      #expect(try await rig.reports(macs[0].mac.description).first?.history.count == 2)
    }
  }

  @Test("a VM seen on two hosts is not moved: both running is a double run, told once")
  func twoHosts() async throws {
    try await moving { rig, h1, h2, domain in
      await h2.put(domain)
      try await rig.report(h2)
      try await rig.report(h1)
      #expect(try await rig.vm("web-1").host == "h1")
      try await eventually("the double run is told") { try await rig.events("vm.double-run").count == 1 }
      let vm = try await rig.vm("web-1")
      #expect(vm.twins.map(\.kind) == ["same_uuid"] && vm.twins.first?.doubleRun == true)
      let conflicts = try await rig.ledger { try await $0.listMACs(.with { $0.conflictsOnly = true }).macs }
      #expect(conflicts.map(\.conflict.kind) == ["same_uuid"] && conflicts.first?.conflict.doubleRun == true)
      try await rig.report(h2)
      #expect(try await rig.events("vm.double-run").count == 1)
      #expect(try await rig.events("vm.moved").isEmpty)
    }
  }

  @Test("a domain of the VM's UUID without the fleet's mark is no move, and silence of the home is none either")
  func unmarked() async throws {
    try await moving { rig, h1, h2, domain in
      var copy = domain
      copy.mark = nil
      await h2.put(copy)
      await h1.remove(domain.id)
      try await rig.report(h2)
      try await rig.report(h1)
      await h2.put(domain)
      await h1.disconnect()
      try await eventually("h1 is silent") { try await rig.hostState("h1") == HostState.unreachable.rawValue }
      try await rig.report(h2)
      #expect(try await rig.stored { try $0.vms() }.map(\.host) == ["h1"])
      try await h1.connect()
      try await eventually("the home says that it is gone") {
        try await rig.stored { try $0.vms() }.map(\.host) == ["h2"]
      }
    }
  }

  @Test("the twin of a VM is never started")
  func twin() async throws {
    try await Rig.with { rig in
      let agents = try await rig.hosts("h1")
      let h1 = try #require(agents["h1"])
      let reply = try await rig.create(.sample())
      #expect(try await rig.ended(reply.operation).state == "done")
      let h2 = try #require(try await rig.hosts("h2")["h2"])
      let domain = try #require(await h1.domains.values.first)
      await h2.put(domain)
      try await rig.report(h2)
      func start() async throws -> Roost_V1_Operation {
        try await rig.local { client in
          try await Roost_V1_VMs.Client(wrapping: client).changePower(
            .with {
              $0.requestID = RequestID(from: rig.random).description
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
      try await rig.report(h2)
      try await eventually("the twin is gone") { try await rig.vm("web-1").twins.isEmpty }
      #expect(try await rig.ended(try await start()).state == "done")
      await h1.disconnect()
      await h2.disconnect()
    }
  }

  @Test("a new VM is not started on a disk that another one writes to")
  func sharedDisk() async throws {
    try await Rig.with { rig in
      let h1 = try #require(try await rig.hosts("h1")["h1"])
      await h1.put(.unmanaged("pet", disks: ["/srv/pet.qcow2"]))
      await h1.put("/srv/pet.qcow2")
      try await rig.report(h1)
      var spec = VMSpec.sample()
      spec.disks = [DiskSpec(target: "vda", source: .existing, path: "/srv/pet.qcow2")]
      let error = await #expect(throws: FleetError.self) { try await rig.create(spec, start: true) }
      #expect(error?.code == .conflict && error?.message.contains("/srv/pet.qcow2") == true)
      #expect(try await rig.stored { try $0.vms() }.isEmpty)
      await h1.disconnect()
    }
  }

  @Test("an unmanaged guest that grabs a ledger port before its owner starts leads to a new port, not to a failed boot")
  func grabbedPort() async throws {
    try await Rig.with { rig in
      let h1 = try #require(try await rig.hosts("h1")["h1"])
      let reply = try await rig.create(.sample())
      #expect(try await rig.ended(reply.operation).state == "done" && reply.vm.vnc.port == 5900)
      // Its own display took the next port too: both are passed over.
      var grabber = ObservedDomain.unmanaged("grabber", vncPort: 5900)
      grabber.live?.graphics.append(ObservedGraphics(type: "vnc", port: 5901, autoport: true))
      await h1.put(grabber)
      try await rig.report(h1)
      await h1.answer { action in
        let starts = await h1.actions.filter { if case .power = $0.work { true } else { false } }
        guard case .power = action.work, starts.count == 1 else { return .obey }
        return .refuse(FleetError(.portBusy, "something listens on port 5900"))
      }
      let operation = try await rig.local { client in
        try await Roost_V1_VMs.Client(wrapping: client).changePower(
          .with {
            $0.requestID = RequestID(from: rig.random).description
            $0.vm = "web-1"
            $0.verb = "start"
          }
        ).operation
      }
      #expect(try await rig.ended(operation).state == "done")
      let vm = try await rig.vm("web-1")
      #expect(vm.vnc.port == 5902 && vm.state == "running")
      #expect(try await rig.events("port.changed").count == 1)
      let rows = try await rig.stored { try $0.portEntries(includeRetired: true) }
      #expect(rows.map(\.port) == [5900, 5902] && rows.map(\.state) == [.retired, .allocated])
      await h1.disconnect()
    }
  }
}
