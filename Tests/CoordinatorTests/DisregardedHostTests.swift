import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("A host that claims to run what is another host's")
struct DisregardedHostTests {
  @Test("keeps a VM from starting until an administrator disregards it, and is shown for it")
  func twin() async throws {
    try await Rig.with { rig in
      let (home, liar) = (try await rig.host("h1"), try await rig.host("h2"))
      try await home.connect()
      try await rig.waitUntilReady("h1")
      let vm = try await rig.made("web")
      let id = try #require(VMID(vm.id))
      var claim = try #require(await home.domains[id])
      claim.state = .running
      claim.live = claim.saved
      await liar.put(claim)
      try await liar.connect()
      try await rig.waitUntilReady("h2")
      try await eventually("the claim is shown") {
        try await rig.host(listed: "h2").notes.contains { $0.contains("\"web\"") && $0.contains("h1") }
      }
      let refusal = await #expect(throws: FleetError.self) { try await rig.power("web", .start) }
      #expect(refusal?.code == .conflict && refusal?.hint.contains("roost host disregard h2") == true)
      try await rig.disregard("h2")
      #expect(try await rig.ended(rig.power("web", .start)).state == "done")
      #expect(try await rig.host(listed: "h2").disregarded)
      #expect(try await !rig.host(listed: "h2").notes.isEmpty, "its claims are still shown")
      #expect(try await rig.ended(rig.power("web", .stop)).state == "done")
      try await rig.disregard("h2", off: true)
      let again = await #expect(throws: FleetError.self) { try await rig.power("web", .start) }
      #expect(again?.code == .conflict)
      await home.disconnect()
      await liar.disconnect()
    }
  }

  @Test("addresses that a disregarded host claims are handed out")
  func addresses() async throws {
    try await Rig.with { rig in
      let (home, liar) = (try await rig.host("h1"), try await rig.host("h2"))
      await liar.put(.unmanaged(macs: [.sample(7)]))
      try await home.connect()
      try await liar.connect()
      try await rig.waitUntilReady("h1")
      try await rig.waitUntilReady("h2")
      var spec = VMSpec.sample("web", vcpus: 1, memory: .mebibytes(64), disk: .zero)
      spec.nics[0].mac = .sample(7)
      let wish = spec
      let refusal = await #expect(throws: FleetError.self) { try await rig.create(wish) }
      #expect(refusal?.code == .conflict)
      try await rig.disregard("h2")
      #expect(try await rig.ended(rig.create(wish).operation).state == "done")
      await home.disconnect()
      await liar.disconnect()
    }
  }
}
