import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import Store
import Testing

@testable import Coordinator

@Suite("Adopting and releasing")
struct AdoptionTests {
  @Test("a running VM is adopted by one mark, and its addresses are the ledger's")
  func adopted() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await host(coordinator, "h1", [.unmanaged(macs: [.sample(1)], vncPort: 5907)])
      let reply = try await coordinator.adopt("pet")
      #expect(try await coordinator.ended(reply.operation).state == "done")
      let vm = try await coordinator.vm("pet")
      #expect(vm.managed && vm.state == "running" && vm.vnc.port == 5907)
      let actions = await agent.actions
      #expect(actions.count == 1)
      guard case .mark(let mark)? = actions.first?.work else { throw FleetError(.internal, "no mark was asked for") }
      #expect(mark.vmID == .sample(700) && mark.allocations == Allocations(macs: [.sample(1)], vncPort: 5907))
      let entry = try await coordinator.stored { try $0.macHolder(.sample(1)) }
      #expect(entry?.state == .allocated && entry?.source == "observed" && entry?.owner.vm == "pet")
      let again = await #expect(throws: FleetError.self) { try await coordinator.adopt("pet") }
      #expect(again?.code == .conflict && again?.message.contains("managed already") == true)
      await agent.disconnect()
    }
  }

  @Test("of a port that another VM has one note is made, and none that it is kept")
  func takenPort() async throws {
    try await TestCoordinator.with { coordinator in
      let first = try await host(coordinator, "h1", [.unmanaged(macs: [.sample(1)], vncPort: 5907)])
      _ = try await coordinator.ended(coordinator.adopt("pet").operation)
      var other = ObservedDomain.unmanaged("other", id: .sample(701), macs: [.sample(2)])
      let display = [ObservedGraphics(type: "vnc", port: 5907, autoport: true)]
      other.live?.graphics = display
      other.saved?.graphics = display
      let second = try await host(coordinator, "h2", [other])
      let notes = try await coordinator.adopt("other").notes
      #expect(notes == ["its VNC port 5907 is kept for \"pet\" on h1, so none is kept for it"])
      await first.disconnect()
      await second.disconnect()
    }
  }

  @Test("an adoption whose host does not answer holds up nobody else")
  func slowHost() async throws {
    try await TestCoordinator.with { coordinator in
      let slow = try await host(coordinator, "h1", [.unmanaged(macs: [.sample(1)], vncPort: 5907)])
      let quick = try await host(coordinator, "h2", [])
      await slow.answerQueries(false)
      let adopting = Task { try await coordinator.adopt("pet") }
      try await eventually("the host is asked") { await !slow.queries.isEmpty }
      let begin = ContinuousClock.now
      _ = try await coordinator.made("web-1")
      #expect(ContinuousClock.now - begin < .seconds(10))
      await slow.disconnect()
      await #expect(throws: FleetError.self) { try await adopting.value }
      await quick.disconnect()
    }
  }

  @Test("a released VM is unmanaged, its addresses seen, and it can be adopted again")
  func released() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await host(coordinator, "h1", [.unmanaged(macs: [.sample(1)], vncPort: 5907)])
      #expect(try await coordinator.ended(coordinator.adopt("pet").operation).state == "done")
      #expect(try await coordinator.ended(coordinator.giveBack("pet")).state == "done")
      let vm = try await coordinator.vm("pet")
      #expect(!vm.managed && vm.state == "running")
      #expect(await agent.domains[.sample(700)]?.mark == nil)
      #expect(try await coordinator.stored { try $0.macHolder(.sample(1)) } == nil)
      let listed = try await coordinator.local { client in
        try await Roost_V1_Addresses.Client(wrapping: client).listMACs(.init()).macs
      }
      #expect(listed.map(\.state) == ["observed"])
      #expect(try await coordinator.ended(coordinator.adopt("pet").operation).state == "done")
      await agent.disconnect()
    }
  }

  @Test("of those that share an address one passes; the rest are copies or collisions")
  func conflicts() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await host(
        coordinator, "h1",
        [
          .unmanaged("a", id: .sample(701), state: .stopped, macs: [.sample(1)], disks: ["/a.qcow2"]),
          .unmanaged("b", id: .sample(702), state: .running, macs: [.sample(1)], disks: ["/a.qcow2"]),
          .unmanaged("c", id: .sample(703), state: .stopped, macs: [.sample(2)]),
          .unmanaged("d", id: .sample(704), state: .stopped, macs: [.sample(2)]),
          .unmanaged("e", id: .sample(705), macs: [.sample(3)]),
        ])
      let verdicts = try await plan(coordinator)
      #expect(verdicts.map(\.name) == ["a", "b", "c", "d", "e"])
      #expect(verdicts.map(\.hasFailure) == [true, false, false, true, false])
      #expect(verdicts[0].failure.message.contains("a copy"))
      #expect(verdicts[0].failure.message.hasSuffix("the original is \"b\" on h1, for it alone runs"))
      #expect(verdicts[1].notes.contains { $0.hasSuffix("it is taken for the original, for it alone runs") })
      #expect(verdicts[3].failure.message.contains("a collision"))
      #expect(verdicts[3].failure.message.contains("the original is \"c\" on h1"))
      let refusal = await #expect(throws: FleetError.self) { try await coordinator.adopt("a") }
      #expect(refusal?.code == .conflict && refusal?.hint.contains("--accept-conflicts") == true)
      #expect(try await coordinator.ended(coordinator.adopt("b").operation).state == "done")
      let owned = await #expect(throws: FleetError.self) { try await coordinator.adopt("a", acceptConflicts: true) }
      #expect(owned?.code == .conflict && owned?.message.contains("a copy") == true)
      #expect(owned?.hint.contains("roost mac show") == true)
      #expect(try await coordinator.ended(coordinator.adopt("d", acceptConflicts: true).operation).state == "done")
      let late = await #expect(throws: FleetError.self) { try await coordinator.adopt("c") }
      #expect(late?.message.contains("the original is \"d\" on h1, for the ledger knows it as the owner") == true)
      await agent.disconnect()
    }
  }

  @Test("of two that run with one address the first seen is adopted, said to be a guess")
  func bothRun() async throws {
    try await TestCoordinator.with { coordinator in
      let early = try await host(coordinator, "h2", [.unmanaged("z", id: .sample(701), macs: [.sample(1)])])
      coordinator.clock.advance(seconds: 10)
      let late = try await host(coordinator, "h1", [.unmanaged("a", id: .sample(702), macs: [.sample(1)])])
      try await eventually("both are seen") {
        try await coordinator.stored { try $0.sightings(of: .sample(1)).count } == 2
      }
      let verdicts = try await plan(coordinator)
      #expect(verdicts.map(\.name) == ["a", "z"] && verdicts.map(\.hasFailure) == [true, false])
      #expect(
        verdicts[0].failure.message.hasSuffix(
          "the original is \"z\" on h2, for it was seen first, which is a guess while several run"))
      #expect(verdicts[1].notes.first?.hasSuffix("that is a guess: \"a\" on h1 runs as well") == true)
      let reply = try await coordinator.adopt("z")
      #expect(reply.notes == verdicts[1].notes)
      #expect(try await coordinator.ended(reply.operation).state == "done")
      await early.disconnect()
      await late.disconnect()
    }
  }

  @Test("of one definition on two hosts the running one is adopted, the other is its copy")
  func duplicates() async throws {
    try await TestCoordinator.with { coordinator in
      let off = try await host(coordinator, "h1", [.unmanaged(state: .stopped, macs: [.sample(1)])])
      let on = try await host(coordinator, "h2", [.unmanaged(state: .running, macs: [.sample(1)])])
      let verdicts = try await plan(coordinator)
      #expect(verdicts.map(\.host) == ["h1", "h2"] && verdicts.map(\.hasFailure) == [true, false])
      #expect(verdicts[0].failure.message.contains("the original is \"pet\" on h2, for it alone runs"))
      #expect(try await coordinator.ended(coordinator.adopt("pet", host: "h2").operation).state == "done")
      let refusal = await #expect(throws: FleetError.self) {
        try await coordinator.adopt("pet", host: "h1", acceptConflicts: true)
      }
      #expect(refusal?.message.contains("it is a copy: \"pet\" on h2, which is managed") == true)
      await off.disconnect()
      await on.disconnect()
    }
  }

  @Test("what is there is adopted even if it oversells its host, which then takes no more")
  func oversold() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await host(coordinator, "h1", [.unmanaged(vcpus: 64, macs: [.sample(1)])])
      let reply = try await coordinator.adopt("pet")
      #expect(reply.notes.contains { $0.contains("64 vCPUs of 8") })
      #expect(try await coordinator.ended(reply.operation).state == "done")
      let refusal = await #expect(throws: FleetError.self) { try await coordinator.create(.sample()) }
      #expect(refusal?.code == .noHostFits)
      await agent.disconnect()
    }
  }

  @Test("a host that refuses leaves the VM unmanaged; a lost answer is asked for again")
  func failures() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await host(coordinator, "h1", [.unmanaged(macs: [.sample(1)])])
      await agent.answer { _ in .refuse(FleetError(.denied, "no")) }
      #expect(try await coordinator.ended(coordinator.adopt("pet").operation).state == "failed")
      #expect(try await !coordinator.vm("pet").managed)
      #expect(try await coordinator.stored { try $0.macHolder(.sample(1)) } == nil)
      await agent.answer { _ in .hangUp }
      let reply = try await coordinator.adopt("pet")
      try await eventually("the action arrives") { await agent.actions.count == 2 }
      await agent.disconnect()
      await agent.answer { _ in .obey }
      try await coordinator.restart()
      try await agent.connect()
      #expect(try await coordinator.ended(reply.operation).state == "done")
      #expect(try await coordinator.vm("pet").managed)
      let ids = await agent.actions.map(\.id)
      #expect(ids.count == 3 && ids[1] == ids[2])
      await agent.disconnect()
    }
  }

  private func plan(_ coordinator: TestCoordinator) async throws -> [Roost_V1_AdoptionVerdict] {
    try await coordinator.local { try await Roost_V1_Adoption.Client(wrapping: $0).plan(.init()).verdicts }
  }

  private func host(_ coordinator: TestCoordinator, _ name: String, _ domains: [ObservedDomain]) async throws
    -> FakeAgent
  {
    let agent = try await coordinator.host(name)
    for domain in domains { await agent.put(domain) }
    try await agent.connect()
    try await coordinator.waitUntilReady(name)
    return agent
  }
}
