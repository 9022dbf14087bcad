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
  @Test("keeps a VM from starting until it is disregarded, and is shown for it")
  func duplicate() async throws {
    try await TestCoordinator.with { coordinator in
      let (home, liar) = (try await coordinator.host("h1"), try await coordinator.host("h2"))
      try await home.connect()
      try await coordinator.waitUntilReady("h1")
      let vm = try await coordinator.made("web")
      let id = try #require(VMID(vm.id))
      var claim = try #require(await home.domains[id])
      claim.state = .running
      claim.live = claim.saved
      await liar.put(claim)
      try await liar.connect()
      try await coordinator.waitUntilReady("h2")
      try await eventually("the claim is shown") {
        try await coordinator.host(listed: "h2").notes.contains { $0.contains("\"web\"") && $0.contains("h1") }
      }
      let refusal = await #expect(throws: FleetError.self) { try await coordinator.power("web", .start) }
      #expect(refusal?.code == .conflict && refusal?.hint.contains("roost host disregard h2") == true)
      try await coordinator.disregard("h2")
      #expect(try await coordinator.ended(coordinator.power("web", .start)).state == "done")
      #expect(try await coordinator.host(listed: "h2").disregarded)
      #expect(try await !coordinator.host(listed: "h2").notes.isEmpty, "its claims are still shown")
      #expect(try await coordinator.ended(coordinator.power("web", .stop)).state == "done")
      try await coordinator.disregard("h2", off: true)
      let again = await #expect(throws: FleetError.self) { try await coordinator.power("web", .start) }
      #expect(again?.code == .conflict)
      await home.disconnect()
      await liar.disconnect()
    }
  }

  @Test("addresses that a disregarded host claims are handed out")
  func addresses() async throws {
    try await TestCoordinator.with { coordinator in
      let (home, liar) = (try await coordinator.host("h1"), try await coordinator.host("h2"))
      await liar.put(.unmanaged(macs: [.sample(7)]))
      try await home.connect()
      try await liar.connect()
      try await coordinator.waitUntilReady("h1")
      try await coordinator.waitUntilReady("h2")
      var spec = VMSpec.sample("web", vcpus: 1, memory: .mebibytes(64), disk: .zero)
      spec.nics[0].mac = .sample(7)
      let wanted = spec
      let refusal = await #expect(throws: FleetError.self) { try await coordinator.create(wanted) }
      #expect(refusal?.code == .conflict)
      try await coordinator.disregard("h2")
      #expect(try await coordinator.ended(coordinator.create(wanted).operation).state == "done")
      await home.disconnect()
      await liar.disconnect()
    }
  }

  /// A VM on h1 that is off and has a disk of Roost's, and h2, which is disregarded.
  private func environment(
    gone: Bool, claims: Bool = false, silent: Bool = false,
    _ body: (TestCoordinator, _ h1: FakeAgent) async throws -> Void
  ) async throws {
    try await TestCoordinator.with { coordinator in
      let home = try #require(try await coordinator.hosts("h1")["h1"])
      #expect(try await coordinator.ended(try await coordinator.create(.sample()).operation).state == "done")
      let other = try #require(try await coordinator.hosts("h2")["h2"])
      let domain = try #require(await home.domains.values.first)
      if claims {
        var claim = domain
        (claim.state, claim.live) = (.running, claim.saved)
        await other.put(claim)
        try await coordinator.report(other)
      }
      if silent { try await coordinator.silence(other) }
      try await coordinator.disregard("h2")
      if gone {
        await home.remove(domain.id)
        try await coordinator.report(home)
        try await eventually("it is gone") { try await coordinator.vm("web-1").state == "failed" }
      }
      try await body(coordinator, home)
      await home.disconnect()
      await other.disconnect()
    }
  }

  private func destructions(_ agent: FakeAgent) async -> [Destruction] {
    await agent.actions.compactMap { if case .destroy(let order) = $0.work { order } else { nil } }
  }

  private func refusal(_ coordinator: TestCoordinator) async -> FleetError? {
    await #expect(throws: FleetError.self) { try await coordinator.delete("web-1") }
  }

  @Test("keeps no disk of a VM that its own host has, whatever it says", arguments: [true, false])
  func noVeto(silent: Bool) async throws {
    try await environment(gone: false, claims: true, silent: silent) { coordinator, home in
      let ended = try await coordinator.ended(try await coordinator.delete("web-1"))
      #expect(ended.state == "done")
      #expect(await destructions(home).map(\.keepDisks) == [false])
      #expect(await destructions(home).map(\.isAbsenceProven) == [false])
    }
  }

  @Test(
    "is asked for living guests: a VM's disk stays while it says that it has it", arguments: [true, false])
  func livingGuest(silent: Bool) async throws {
    try await environment(gone: true, claims: true, silent: silent) { coordinator, home in
      let error = await refusal(coordinator)
      #expect(error?.code == .conflict && error?.message.contains("\"h2\"") == true)
      #expect(error?.hint.contains("--keep-disks") == true)
      #expect(await destructions(home).isEmpty)
      let ended = try await coordinator.ended(try await coordinator.delete("web-1", keepDisks: true))
      #expect(ended.state == "done")
    }
  }

  @Test("proves nothing by its silence, and hinders nothing but the removal of disks")
  func silence() async throws {
    try await environment(gone: true, silent: true) { coordinator, home in
      let error = await refusal(coordinator)
      #expect(error?.code == .precondition && error?.message.contains("\"h2\"") == true)
      #expect(error?.hint.contains("roost host remove h2 --lost") == true)
      #expect(await destructions(home).isEmpty)
      let ended = try await coordinator.ended(try await coordinator.giveBack("web-1"))
      #expect(ended.state == "done")
    }
  }

  @Test(
    "may prove absence by its word, and need not once it is removed as lost", arguments: [true, false])
  func proof(isLost: Bool) async throws {
    try await environment(gone: true, silent: isLost) { coordinator, home in
      if isLost { try await coordinator.removeHost("h2", lost: true, confirm: "h2") }
      let ended = try await coordinator.ended(try await coordinator.delete("web-1"))
      #expect(ended.state == "done")
      #expect(await destructions(home).map(\.isAbsenceProven) == [true])
    }
  }

  @Test("is silent when it is revoked, and proves nothing then")
  func revoked() async throws {
    try await environment(gone: true) { coordinator, home in
      try await coordinator.disregard("h2", off: true)
      try await coordinator.revoke("h2")
      let error = await refusal(coordinator)
      #expect(error?.code == .precondition && error?.message.contains("\"h2\"") == true)
      #expect(await destructions(home).isEmpty)
    }
  }

  @Test("is not waited for before addresses are handed out again")
  func settling() async throws {
    try await TestCoordinator.with { coordinator in
      let home = try await coordinator.host("h1")
      _ = try await coordinator.host("h2")
      try await coordinator.disregard("h2")
      let memory = HighWaterMarks(epoch: 40, incarnation: "another", macCursor: 0)
      await home.remember(memory, mark: try coordinator.signed(memory, for: home.id))
      try await home.connect()
      try await eventually("it is settled") { try await coordinator.history(of: "coordinator.settled").count == 1 }
      _ = try await coordinator.made("web")
      await home.disconnect()
    }
  }
}
