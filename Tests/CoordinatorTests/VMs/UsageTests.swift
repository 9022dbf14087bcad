import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import Scheduling
import SimulationKit
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("What hosts and VMs use")
struct UsageTests {
  private let start = Timestamp.sample
  private let pet = ObservedDomain.unmanaged("pet")

  /// A report of a moment, by default with one domain that has used one CPU since the start.
  private func report(
    after seconds: Int64, load: Double = 1, cpus: Double = 1, skipped: [String] = [], _ ids: VMID...
  ) -> UsageReport {
    let used = UInt64(Double(seconds) * cpus * 1e9)
    return UsageReport(
      at: start.adding(seconds: seconds), load: load, memoryFree: .gibibytes(3),
      domains: ids.map { DomainStatistics(id: $0, cpuTimeNanoseconds: used, memoryUsed: .mebibytes(100)) },
      skipped: skipped)
  }

  private func entry(_ domains: ObservedDomain...) -> HostEntry {
    var entry = HostEntry(host: .sample())
    entry.facts = .sample()
    entry.domains = Dictionary(uniqueKeysWithValues: domains.map { ($0.id, $0) })
    return entry
  }

  @Test("the first sample has no rates, the second has, a repeated one divides by no zero")
  func samples() {
    var entry = entry(pet)
    #expect(entry.usage(of: pet).measuredAt == nil)
    entry.take(report(after: 10, pet.id), at: start.adding(seconds: 11))
    #expect(entry.usage(of: pet).rates == UsageRates())
    #expect(entry.usage(of: pet).memoryUsed == .mebibytes(100))
    entry.take(report(after: 20, pet.id), at: start.adding(seconds: 25))
    #expect(entry.usage(of: pet).rates.cpus == 1)
    #expect(entry.usage(of: pet).measuredAt == start.adding(seconds: 25), "ages are by the coordinator's clock")
    entry.take(report(after: 20, pet.id), at: start.adding(seconds: 26))
    #expect(entry.usage(of: pet).rates == UsageRates())
  }

  @Test("a domain that does not answer keeps its last sample with its age, and is named")
  func skipped() {
    var entry = entry(pet)
    entry.take(report(after: 10, pet.id), at: start.adding(seconds: 10))
    entry.take(report(after: 20, skipped: ["pet\u{1B}"]), at: start.adding(seconds: 20))
    #expect(entry.usage(of: pet).measuredAt == start.adding(seconds: 10))
    #expect(entry.usage.measuredAt == start.adding(seconds: 20))
    #expect(entry.usage.skipped == ["pet\\u{1b}"])
  }

  @Test("nothing is kept of what is not on the host, is off, or is named without end")
  func bounded() {
    var off = ObservedDomain.unmanaged("off", id: .sample(701), state: .stopped)
    var entry = entry(pet, off)
    let many = (0..<1000).map { "domain-\($0)" }
    entry.take(report(after: 10, skipped: many, pet.id, off.id, .sample(999)), at: start)
    #expect(entry.measurement?.samples.keys.sorted() == [pet.id])
    #expect(entry.measurement?.skipped.count == HostMeasurement.skippedLimit)
    off.state = .running
    entry.domains = [off.id: off]
    entry.take(report(after: 20, pet.id), at: start)
    #expect(entry.measurement?.samples.isEmpty == true)
  }

  @Test("placement learns how busy a host is and how old that is")
  func traits() {
    var entry = entry(pet)
    #expect(entry.measuredTraits(at: start).load == nil)
    entry.take(report(after: 10, load: 2), at: start)
    var view = FleetView()
    view.replace(entry)
    let traits = view.snapshots(now: start.adding(seconds: 40)).first?.traits
    #expect(traits?.load == 0.25)
    #expect(traits?.loadAgeSeconds == 40)
    entry.take(report(after: 20, load: 100), at: start)
    #expect(entry.measuredLoad == 1, "more than all CPUs is full")
  }

  @Test("an agent's report is listed, and a silent host's last word told from the present")
  func listed() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.host("h1")
      await agent.put(pet)
      try await agent.connect()
      try await coordinator.waitUntilReady("h1")
      for seconds in [10, 20] as [Int64] { await agent.report(report(after: seconds, load: 2.5, cpus: 0.5, pet.id)) }
      try await eventually("the rates are there") { try await self.usage(coordinator).vms.first?.rates.cpus == 0.5 }
      let usage = try await self.usage(coordinator)
      #expect(usage.vms.map(\.name) == ["pet"] && usage.vms[0].host == "h1" && usage.vms[0].isCurrent)
      #expect(usage.hosts.map(\.load) == [2.5] && usage.hosts[0].memoryFree == .gibibytes(3))
      #expect(usage.hosts[0].guestCPUs == 0.5 && usage.hosts[0].running == 1)
      await agent.disconnect()
      try await eventually("h1 is silent") { try await self.usage(coordinator).vms.first?.isCurrent == false }
      let silent = try await self.usage(coordinator)
      #expect(silent.vms[0].rates.cpus == 0.5 && silent.hosts[0].state == .unreachable)
      // Nothing of it is hard state: a coordinator that starts anew knows the VM, and not what it used.
      try await coordinator.restart()
      let anew = try await self.usage(coordinator)
      #expect(anew.vms.map(\.name) == ["pet"] && anew.vms[0].measuredAt == nil && anew.hosts[0].load == nil)
    }
  }

  @Test("the busier of two equal hosts gets the new VM last")
  func placed() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = [try await coordinator.host("h1"), try await coordinator.host("h2")]
      for agent in agents {
        try await agent.connect()
        try await coordinator.waitUntilReady(agent.name)
      }
      await agents[0].report(report(after: 10, load: 8))
      await agents[1].report(report(after: 10, load: 0))
      try await eventually("both are measured") {
        try await self.usage(coordinator).hosts.allSatisfy { $0.load != nil }
      }
      let decision = try await coordinator.create(.sample(), dryRun: true).decision
      #expect(decision.host == "h2")
      #expect(decision.ranking.allSatisfy { $0.terms["load"] != nil })
      for agent in agents { await agent.disconnect() }
    }
  }

  private func usage(_ coordinator: TestCoordinator) async throws -> FleetUsage {
    try await coordinator.local { client in
      try FleetUsage(try await Roost_V1_Usage.Client(wrapping: client).list(.init()))
    }
  }
}
