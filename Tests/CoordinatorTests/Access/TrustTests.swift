import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("Placing a VM that asks for more than a plain one")
struct TrustTests {
  private static func text(_ devices: String = "") -> String {
    """
    <domain type='kvm'>
      <name>camera</name>
      <memory unit='MiB'>64</memory>
      <vcpu>1</vcpu>
      <os><type arch='x86_64' machine='pc'>hvm</type></os>
      <devices>
        <emulator>/usr/libexec/qemu-kvm</emulator>
        \(devices)
        <graphics type='vnc' port='-1' autoport='yes' passwd='hunter2'/>
      </devices>
      <seclabel type='dynamic' model='dac' relabel='yes'/>
    </domain>
    """
  }

  private static let device =
    "<hostdev type='pci'><source><address domain='0' bus='0x3b' slot='0' function='0'/></source></hostdev>"

  private func request(_ coordinator: TestCoordinator, _ text: String, dryRun: Bool = false) -> Roost_V1_ImportVMRequest
  {
    .with {
      $0.requestID = RequestID(from: coordinator.random).description
      $0.document = text
      $0.dryRun = dryRun
    }
  }

  private func imported(_ coordinator: TestCoordinator, _ text: String, dryRun: Bool = false) async throws
    -> Roost_V1_CreateVMResponse
  {
    let request = request(coordinator, text, dryRun: dryRun)
    return try await coordinator.local { try await Roost_V1_VMs.Client(wrapping: $0).importVM(request) }
  }

  private func host(_ name: String, _ coordinator: TestCoordinator, _ trust: HostTrust?) async throws -> FakeAgent {
    let agent = try await coordinator.host(name)
    await agent.see { $0.trust = trust }
    try await agent.connect()
    try await coordinator.waitUntilReady(name)
    return agent
  }

  @Test("it lands where it is granted; a dry run says the same")
  func lands() async throws {
    try await TestCoordinator.with { coordinator in
      var granting = HostTrust(diskRoots: ["/var/lib/libvirt/images"])
      granting.grants = [.passthrough: .only(["0000:3b:00.0"])]
      let agents = [
        try await host("h1", coordinator, HostTrust(diskRoots: ["/var/lib/libvirt/images"])),
        try await host("h2", coordinator, granting),
      ]
      let plan = try await imported(coordinator, Self.text(Self.device), dryRun: true)
      #expect(plan.decision.host == "h2" && plan.decision.refused.map(\.rule) == ["trust"])
      let reply = try await imported(coordinator, Self.text(Self.device))
      #expect(try await coordinator.ended(reply.operation).state == "done")
      #expect(try await coordinator.vm("camera").host == "h2")
      for agent in agents { await agent.disconnect() }
    }
  }

  @Test("ungranted, each host's refusal names the thing and the line; nothing changes")
  func nowhere() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await host("h1", coordinator, HostTrust(diskRoots: ["/images"]))
      let before = try await coordinator.lastEvent()
      let wanted = [
        (Self.device, "passthrough = [\"0000:3b:00.0\"]"),
        ("<serial type='pty'><log file='/etc/cron.d/x'/></serial>", "file_backed_devices = [\"/etc/cron.d/x\"]"),
        ("<filesystem><source dir='/'/><target dir='r'/></filesystem>", "file_systems = [\"/\"]"),
        (
          "<disk type='network'><source protocol='http' name='/a'><host name='m' port='80'/></source>"
            + "<target dev='vdb' bus='virtio'/></disk>", "network_disks = [\"http://m:80\"]"
        ),
      ]
      for (devices, line) in wanted {
        let error = await #expect(throws: FleetError.self) { _ = try await imported(coordinator, Self.text(devices)) }
        #expect(error?.code == .noHostFits && error?.refusals.map(\.rule) == ["trust"])
        #expect(error?.refusals.first?.detail.contains(line) == true, "\(error?.refusals.first?.detail ?? "")")
        #expect(error?.hint.contains("root") == true)
      }
      #expect(try await coordinator.lastEvent() == before)
      await agent.disconnect()
    }
  }

  @Test("a plain VM needs no grant, and a host that does not say refuses nobody")
  func plain() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await host("h1", coordinator, HostTrust())
      #expect(try await imported(coordinator, Self.text(), dryRun: true).decision.host == "h1")
      #expect(try await coordinator.create(.sample("web-1", disk: .gibibytes(1)), dryRun: true).decision.host == "h1")
      await agent.see { $0.trust = nil }
      try await agent.reconnect()
      try await eventually {
        try await imported(coordinator, Self.text(Self.device), dryRun: true).decision.host == "h1"
      }
      await agent.disconnect()
    }
  }

  @Test("an open display and a disk elsewhere need a grant in a VM from flags as well")
  func flags() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await host("h1", coordinator, HostTrust(diskRoots: ["/images"]))
      var spec = VMSpec.sample("web-1", disk: .zero)
      spec.vnc = VNCSpec(listen: "0.0.0.0")
      let open = await #expect(throws: FleetError.self) { try await coordinator.create(spec) }
      #expect(open?.refusals.first?.detail.contains("listen = [\"0.0.0.0\"]") == true)
      spec.vnc = nil
      spec.disks = [DiskSpec(target: "vda", source: .blank, path: "/root/a.qcow2", size: .gibibytes(1))]
      let elsewhere = await #expect(throws: FleetError.self) { try await coordinator.create(spec) }
      #expect(elsewhere?.refusals.first?.detail.contains("disk_roots = [\"/images\", \"/root\"]") == true)
      await agent.disconnect()
    }
  }

  @Test("a document is imported and never created, and its passwords are kept nowhere")
  func documents() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await host("h1", coordinator, nil)
      var spec = VMSpec.sample("web-1", disk: .zero)
      spec.document = Self.text(Self.device)
      let refused = await #expect(throws: FleetError.self) { try await coordinator.create(spec) }
      #expect(refused?.code == .invalid && refused?.hint.contains("roost import") == true)
      let reply = try await imported(coordinator, Self.text())
      #expect(reply.notes.contains { $0.contains("password") })
      #expect(try await coordinator.ended(reply.operation).state == "done")
      let kept = try await coordinator.stored { try $0.vm(named: "camera")?.spec.document ?? "" }
      #expect(kept.contains("<graphics") && !kept.contains("hunter2"))
      await agent.disconnect()
    }
  }
}
