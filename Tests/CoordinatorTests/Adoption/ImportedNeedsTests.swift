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

@Suite("Imported documents that ask for more than a spec says")
struct ImportedNeedsTests {
  private static func document(_ name: String, _ devices: String, _ tail: String = "") -> String {
    """
    <domain type='kvm' xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'><name>\(name)</name>
    <memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='pc'>hvm</type></os>
    <devices>\(devices)</devices>\(tail)</domain>
    """
  }

  private func imported(_ coordinator: TestCoordinator, _ document: String, dryRun: Bool = false) async throws
    -> Roost_V1_CreateVMResponse
  {
    var request = Roost_V1_ImportVMRequest()
    request.requestID = RequestID(from: coordinator.random).description
    request.document = document
    request.dryRun = dryRun
    let asked = request
    return try await coordinator.local { try await Roost_V1_VMs.Client(wrapping: $0).importVM(asked) }
  }

  @Test("huge pages without a size are those that each host takes by itself")
  func defaultHugePages() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = [try await coordinator.host("h1"), try await coordinator.host("h2")]
      let usual = HugePages(pageSize: .mebibytes(2), total: 64, free: 64)
      let large = HugePages(pageSize: .gibibytes(1), total: 2, free: 1, isDefault: true)
      let none = HugePages(pageSize: .gibibytes(1), total: 0, free: 0, isDefault: true)
      await agents[0].see { $0.hugePages = [usual, none] }
      await agents[1].see { $0.hugePages = [usual, large] }
      for agent in agents { try await agent.connect() }
      for name in ["h1", "h2"] { try await coordinator.waitUntilReady(name) }
      let document = Self.document("paged", "", "<memoryBacking><hugepages/></memoryBacking>")
      let plan = try await imported(coordinator, document, dryRun: true)
      #expect(plan.decision.host == "h2")
      #expect(plan.decision.refused.map(\.rule) == ["hugepages"])
      #expect(plan.decision.refused.first?.detail.contains("1GiB") == true)
      for agent in agents { await agent.disconnect() }
    }
  }

  @Test("a UUID that is not kept is said, what else its firmware shows stays as it stands")
  func identity() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      let uuid = "6f1f9c1e-6a0e-4d39-9a55-0c5a4d2f0a11"
      let shown = """
        <uuid>\(uuid)</uuid><sysinfo type='smbios'><system><entry name='manufacturer'>ACME</entry>\
        <entry name='serial'>42</entry><entry name='uuid'>\(uuid)</entry></system></sysinfo>
        """
      let plan = try await imported(coordinator, Self.document("licensed", "", shown), dryRun: true)
      #expect(plan.notes.contains { $0.contains(uuid) && $0.contains("is not kept") })
      let made = try await imported(coordinator, Self.document("licensed", "", shown))
      #expect(try await coordinator.ended(made.operation).state == "done")
      #expect(made.vm.id != uuid && made.notes.contains { $0.contains(uuid) && $0.contains("is not kept") })
      let sent = await agent.actions.compactMap { action -> String? in
        if case .provision(let order) = action.work { order.spec.document } else { nil }
      }
      #expect(sent.first?.contains(">ACME<") == true && sent.first?.contains(">42<") == true)
      // What the guest sees apart from that stays, and there is nothing to say of it.
      let apart = "<hwuuid>6f1f9c1e-6a0e-4d39-9a55-0c5a4d2f0a12</hwuuid>"
      let kept = try await imported(coordinator, Self.document("apart", "", shown + apart), dryRun: true)
      #expect(kept.notes.contains { $0.contains(uuid) && $0.contains("still shows") })
      #expect(!kept.notes.contains { $0.contains("tells it a new one") })
      await agent.disconnect()
    }
  }

  @Test("it goes where its device is, is refused elsewhere by rule, and keeps to its host")
  func device() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = [try await coordinator.host("h1"), try await coordinator.host("h2")]
      await agents[0].see { $0.offers = ["pci/"] }
      await agents[1].see { $0.offers = ["pci/", "pci/0000:3b:00.0", "iommu/on"] }
      for agent in agents { try await agent.connect() }
      for name in ["h1", "h2"] { try await coordinator.waitUntilReady(name) }
      let card = """
        <hostdev mode='subsystem' type='pci'><source><address bus='0x3b' slot='0' function='0'/></source></hostdev>
        """
      let plan = try await imported(coordinator, Self.document("recorder", card), dryRun: true)
      #expect(plan.name == "recorder" && plan.decision.host == "h2")
      #expect(plan.decision.refused.map(\.rule) == ["pci"])
      let made = try await imported(coordinator, Self.document("recorder", card))
      #expect(try await coordinator.ended(made.operation).state == "done")
      let shown = try await coordinator.local { client in
        try await Roost_V1_VMs.Client(wrapping: client).get(.with { $0.vm = "recorder" })
      }
      #expect(shown.constraints.pinned && shown.constraints.needs.map(\.value) == ["0000:3b:00.0"])
      let error = await #expect(throws: FleetError.self) {
        try await imported(coordinator, Self.document("second", card))
      }
      #expect(error?.code == .noHostFits && error?.refusals.map(\.rule) == ["pci", "lent"])
      for agent in agents { await agent.disconnect() }
    }
  }

  @Test("an address in QEMU's arguments is the ledger's; a second VM with it conflicts")
  func arguments() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      func lab(_ name: String) -> String {
        Self.document(
          name, "",
          "<q:commandline><q:arg value='-device'/><q:arg value='e1000,mac=52:54:00:5C:1E:01'/></q:commandline>")
      }
      let made = try await imported(coordinator, lab("sensor-lab"))
      #expect(try await coordinator.ended(made.operation).state == "done")
      let error = await #expect(throws: FleetError.self) { try await imported(coordinator, lab("other")) }
      #expect(error?.code == .conflict && error?.message.contains("52:54:00:5c:1e:01") == true)
      let dry = await #expect(throws: FleetError.self) {
        try await imported(coordinator, lab("other"), dryRun: true)
      }
      #expect(dry == error)
      await agent.disconnect()
    }
  }

  @Test("a volume and a device node are looked for first; a missing one refuses the host")
  func volumesAndDevices() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.host("h1")
      await agent.see {
        $0.pools = [("default", "dir", "/pool"), ("far", "rbd", "")].map { name, type, path in
          StoragePool(
            name: name, type: type, path: path, isActive: true, autostart: true, capacity: .gibibytes(1),
            allocation: .zero, available: .gibibytes(1))
        }
      }
      try await agent.connect()
      try await coordinator.waitUntilReady("h1")
      func disk(_ pool: String) -> String {
        """
        <disk type='volume'><driver name='qemu' type='qcow2'/><source pool='\(pool)' volume='till.qcow2'/>\
        <target dev='vda' bus='virtio'/></disk>
        """
      }
      let drawn = "<graphics type='egl-headless'><gl rendernode='/dev/dri/renderD128'/></graphics>"
      for (devices, rule, lack, found, kind) in [
        (disk("default"), "volume", "default/till.qcow2", "/pool/till.qcow2", FileStatus.Kind.regular),
        (drawn, "file", "/dev/dri/renderD128", "/dev/dri/renderD128", .other),
        ("<graphics type='egl-headless'/>", "directory", "/dev/dri", "/dev/dri", .directory),
      ] {
        let document = Self.document("till", devices)
        let plan = try await imported(coordinator, document, dryRun: true)
        #expect(plan.decision.ranking.isEmpty && plan.decision.refused.map(\.rule) == [rule])
        #expect(plan.decision.refused.first?.detail.contains(lack) == true)
        let before = try await coordinator.lastEvent()
        let error = await #expect(throws: FleetError.self) { try await imported(coordinator, document) }
        #expect(error?.code == .noHostFits)
        #expect(try await coordinator.lastEvent() == before)
        await agent.put(found, kind)
        let second = try await imported(coordinator, document, dryRun: true)
        #expect(second.decision.host == "h1" && !second.notes.contains { $0.contains("can't be checked") })
        await agent.put(found, .hidden)
        let third = try await imported(coordinator, document, dryRun: true)
        #expect(third.decision.host == "h1" && third.notes.contains { $0.contains("whether h1 has") })
      }
      let far = try await imported(coordinator, Self.document("far", disk("far")), dryRun: true)
      #expect(far.decision.host == "h1" && far.notes.contains { $0.contains("the volume far/till.qcow2") })
      await agent.disconnect()
    }
  }

  @Test("a directory to share is looked for on every host; a missing one is a refusal")
  func share() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      let share = """
        <filesystem type='mount'><source dir='/srv/assets'/><target dir='assets'/></filesystem>
        """
      let before = try await coordinator.lastEvent()
      let error = await #expect(throws: FleetError.self) {
        try await imported(coordinator, Self.document("render", share))
      }
      #expect(error?.code == .noHostFits && error?.refusals.map(\.rule) == ["directory"])
      #expect(try await coordinator.lastEvent() == before)
      await agent.put("/srv/assets", .directory)
      #expect(try await imported(coordinator, Self.document("render", share), dryRun: true).decision.host == "h1")
      await agent.disconnect()
    }
  }
}
