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

@Suite("Importing what asks for more than a spec says")
struct ImportedNeedsTests {
  private static func document(_ name: String, _ devices: String, _ tail: String = "") -> String {
    """
    <domain type='kvm' xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'><name>\(name)</name>
    <memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='pc'>hvm</type></os>
    <devices>\(devices)</devices>\(tail)</domain>
    """
  }

  private func imported(_ rig: Rig, _ document: String, dryRun: Bool = false) async throws -> Roost_V1_CreateVMResponse
  {
    var request = Roost_V1_ImportVMRequest()
    request.requestID = RequestID(from: rig.random).description
    request.document = document
    request.dryRun = dryRun
    let asked = request
    return try await rig.local { try await Roost_V1_VMs.Client(wrapping: $0).importVM(asked) }
  }

  @Test("it goes where its device is, is told by rule where it is not, and keeps to that host")
  func device() async throws {
    try await Rig.with { rig in
      let agents = [try await rig.host("h1"), try await rig.host("h2")]
      await agents[0].see { $0.offers = ["pci/"] }
      await agents[1].see { $0.offers = ["pci/", "pci/0000:3b:00.0", "iommu/on"] }
      for agent in agents { try await agent.connect() }
      for name in ["h1", "h2"] { try await rig.waitUntilReady(name) }
      let card = """
        <hostdev mode='subsystem' type='pci'><source><address bus='0x3b' slot='0' function='0'/></source></hostdev>
        """
      let plan = try await imported(rig, Self.document("recorder", card), dryRun: true)
      #expect(plan.name == "recorder" && plan.decision.host == "h2")
      #expect(plan.decision.refused.map(\.rule) == ["pci"])
      let made = try await imported(rig, Self.document("recorder", card))
      #expect(try await rig.ended(made.operation).state == "done")
      let shown = try await rig.local { client in
        try await Roost_V1_VMs.Client(wrapping: client).get(.with { $0.vm = "recorder" })
      }
      #expect(shown.constraints.pinned && shown.constraints.needs.map(\.value) == ["0000:3b:00.0"])
      let error = await #expect(throws: FleetError.self) { try await imported(rig, Self.document("second", card)) }
      #expect(error?.code == .noHostFits && error?.refusals.map(\.rule) == ["pci", "lent"])
      for agent in agents { await agent.disconnect() }
    }
  }

  @Test("an address in QEMU's arguments is the ledger's, and a second VM with it is refused as a conflict")
  func arguments() async throws {
    try await Rig.with { rig in
      let agent = try await rig.host("h1")
      try await agent.connect()
      try await rig.waitUntilReady("h1")
      func lab(_ name: String) -> String {
        Self.document(
          name, "",
          "<q:commandline><q:arg value='-device'/><q:arg value='e1000,mac=52:54:00:5C:1E:01'/></q:commandline>")
      }
      let made = try await imported(rig, lab("sensor-lab"))
      #expect(try await rig.ended(made.operation).state == "done")
      let error = await #expect(throws: FleetError.self) { try await imported(rig, lab("other")) }
      #expect(error?.code == .conflict && error?.message.contains("52:54:00:5c:1e:01") == true)
      let plan = try await imported(rig, lab("other"), dryRun: true)
      #expect(plan.decision.refused.map(\.rule) == ["mac"])
      await agent.disconnect()
    }
  }

  @Test("a directory to share is looked for on every host, and a missing one is a refusal before anything is made")
  func share() async throws {
    try await Rig.with { rig in
      let agent = try await rig.host("h1")
      try await agent.connect()
      try await rig.waitUntilReady("h1")
      let share = """
        <filesystem type='mount'><source dir='/srv/assets'/><target dir='assets'/></filesystem>
        """
      let before = try await rig.lastEvent()
      let error = await #expect(throws: FleetError.self) { try await imported(rig, Self.document("render", share)) }
      #expect(error?.code == .noHostFits && error?.refusals.map(\.rule) == ["directory"])
      #expect(try await rig.lastEvent() == before)
      await agent.put("/srv/assets", .directory)
      #expect(try await imported(rig, Self.document("render", share), dryRun: true).decision.host == "h1")
      await agent.disconnect()
    }
  }
}
