import Fleet
import FleetTestKit
import SimulationKit
import Store
import Testing

@testable import Coordinator

@Suite("Alarms that are told once")
struct ToldOnceTests {
  private static let one = AddressOwner(vm: "web", vmID: .sample(1), host: "h1")
  private static let two = AddressOwner(vm: "web", vmID: .sample(1), host: "h2")
  private static let run = DuplicateVM(kind: .sameUUID, other: two, sentence: "both run", isDoubleRun: true)

  @Test("a double run that ended and comes back is told again")
  func comesBack() async {
    let watch = ReportedConflicts()
    let runs = [Self.one: [Self.run]]
    #expect(await watch.look([], of: [], doubleRuns: runs, of: [.sample(1)]).fresh.map(\.sentence) == ["both run"])
    #expect(await watch.look([], of: [], doubleRuns: runs, of: [.sample(1)]).isEmpty)
    // A look at another VM says nothing of it.
    #expect(await watch.look([], of: [], doubleRuns: [:], of: [.sample(2)]).isEmpty)
    #expect(await watch.look([], of: [], doubleRuns: [:], of: [.sample(1)]).ended.count == 1)
    #expect(await watch.look([], of: [], doubleRuns: runs, of: [.sample(1)]).fresh.count == 1)
  }

  @Test("a double run is one alarm from whichever side it is seen")
  func oneAlarm() async {
    let back = DuplicateVM(kind: .sameUUID, other: Self.one, sentence: "both run, seen from h2", isDoubleRun: true)
    let findings = await ReportedConflicts().look(
      [], of: [], doubleRuns: [Self.one: [Self.run], Self.two: [back]], of: [.sample(1)])
    #expect(findings.fresh.count == 1)
  }

  @Test("what could not be written down is found again")
  func takenBack() async {
    let watch = ReportedConflicts()
    let runs = [Self.one: [Self.run]]
    let findings = await watch.look([], of: [], doubleRuns: runs, of: [.sample(1)])
    await watch.takeBack(findings)
    #expect(await watch.look([], of: [], doubleRuns: runs, of: [.sample(1)]) == findings)
  }

  @Test("a conflict untold for a crash is told by the next epoch, a told one is not")
  func overCrash() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1", "h2")
      let mac = try #require(MACAddress("52:54:00:aa:bb:01"))
      for (index, agent) in agents.values.enumerated() {
        await agent.put(.unmanaged("pet-\(index)", id: .sample(UInt64(index + 1)), macs: [mac]))
        try await coordinator.report(agent)
      }
      try await eventually("it is told") { try await coordinator.events("mac.conflict").count == 1 }
      try await coordinator.restart()
      #expect(try await coordinator.events("mac.conflict").count == 1)
      await coordinator.stop()
      let store = try FleetStore.open(at: coordinator.directory.database)
      let told = try await store.read { try $0.toldAlarms() }
      #expect(told.count == 1)
      // As if the crash had come between the report and the alarm.
      try await store.commit { try $0.tellAlarms([], ended: told) }
      try store.close()
      try await coordinator.start()
      #expect(try await coordinator.events("mac.conflict").count == 2)
      for agent in agents.values { await agent.disconnect() }
    }
  }
}
