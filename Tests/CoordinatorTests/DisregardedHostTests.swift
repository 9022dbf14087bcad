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

  /// A VM on h1 that is off and has a disk of Roost's, and h2, which is disregarded.
  private func world(
    gone: Bool, claims: Bool = false, silent: Bool = false, _ body: (Rig, _ h1: FakeAgent) async throws -> Void
  ) async throws {
    try await Rig.with { rig in
      let home = try #require(try await rig.hosts("h1")["h1"])
      #expect(try await rig.ended(try await rig.create(.sample()).operation).state == "done")
      let other = try #require(try await rig.hosts("h2")["h2"])
      let domain = try #require(await home.domains.values.first)
      if claims {
        var claim = domain
        (claim.state, claim.live) = (.running, claim.saved)
        await other.put(claim)
        try await rig.report(other)
      }
      if silent { try await rig.silence(other) }
      try await rig.disregard("h2")
      if gone {
        await home.remove(domain.id)
        try await rig.report(home)
        try await eventually("it is gone") { try await rig.vm("web-1").state == "failed" }
      }
      try await body(rig, home)
      await home.disconnect()
      await other.disconnect()
    }
  }

  private func destructions(_ agent: FakeAgent) async -> [Destruction] {
    await agent.actions.compactMap { if case .destroy(let order) = $0.work { order } else { nil } }
  }

  private func refusal(_ rig: Rig) async -> FleetError? {
    await #expect(throws: FleetError.self) { try await rig.delete("web-1") }
  }

  @Test("keeps no disk of a VM that its own host has, whatever it says", arguments: [true, false])
  func noVeto(silent: Bool) async throws {
    try await world(gone: false, claims: true, silent: silent) { rig, home in
      let ended = try await rig.ended(try await rig.delete("web-1"))
      #expect(ended.state == "done")
      #expect(await destructions(home).map(\.keepDisks) == [false])
      #expect(await destructions(home).map(\.isAbsenceProven) == [false])
    }
  }

  @Test(
    "is asked for living guests: the disk of a VM that is gone stays while it says it has it", arguments: [true, false])
  func livingGuest(silent: Bool) async throws {
    try await world(gone: true, claims: true, silent: silent) { rig, home in
      let error = await refusal(rig)
      #expect(error?.code == .conflict && error?.message.contains("\"h2\"") == true)
      #expect(error?.hint.contains("--keep-disks") == true)
      #expect(await destructions(home).isEmpty)
      let ended = try await rig.ended(try await rig.delete("web-1", keepDisks: true))
      #expect(ended.state == "done")
    }
  }

  @Test("proves nothing by its silence, and hinders nothing but the removal of disks")
  func silence() async throws {
    try await world(gone: true, silent: true) { rig, home in
      let error = await refusal(rig)
      #expect(error?.code == .precondition && error?.message.contains("\"h2\"") == true)
      #expect(error?.hint.contains("roost host remove h2 --lost") == true)
      #expect(await destructions(home).isEmpty)
      let ended = try await rig.ended(try await rig.giveBack("web-1"))
      #expect(ended.state == "done")
    }
  }

  @Test(
    "may prove absence by its word, and needs to prove nothing once it is removed as lost", arguments: [true, false])
  func proof(isLost: Bool) async throws {
    try await world(gone: true, silent: isLost) { rig, home in
      if isLost { try await rig.removeHost("h2", lost: true, confirm: "h2") }
      let ended = try await rig.ended(try await rig.delete("web-1"))
      #expect(ended.state == "done")
      #expect(await destructions(home).map(\.isAbsenceProven) == [true])
    }
  }

  @Test("is silent when it is revoked, and proves nothing then")
  func revoked() async throws {
    try await world(gone: true) { rig, home in
      try await rig.disregard("h2", off: true)
      try await rig.revoke("h2")
      let error = await refusal(rig)
      #expect(error?.code == .precondition && error?.message.contains("\"h2\"") == true)
      #expect(await destructions(home).isEmpty)
    }
  }

  @Test("is not waited for before addresses are handed out again")
  func settling() async throws {
    try await Rig.with { rig in
      let home = try await rig.host("h1")
      _ = try await rig.host("h2")
      try await rig.disregard("h2")
      let memory = HighWater(epoch: 40, incarnation: "another", macCursor: 0)
      await home.remember(memory, mark: try rig.signed(memory, for: home.id))
      try await home.connect()
      try await eventually("it is settled") { try await rig.history(of: "coordinator.settled").count == 1 }
      _ = try await rig.made("web")
      await home.disconnect()
    }
  }
}
