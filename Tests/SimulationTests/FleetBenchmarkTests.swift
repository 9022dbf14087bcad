import Fleet
import FleetTestKit
import RoostProto
import SimulationKit
import Testing

/// The parts of `deploy/bench-fleet` that need no programs; the whole of it is an acceptance test.
@Suite("The bench of a made-up fleet")
struct FleetBenchmarkTests {
  @Test("a host that keeps its connection comes back, and notes who ended it")
  func keeping() async throws {
    try await TestCoordinator.with { coordinator in
      let joined = try await coordinator.host("h1")
      let agent = FakeAgent(
        id: joined.id, facts: .sample("h1"), credentials: joined.credentials,
        transports: coordinator.transports.from("127.1.2.3"), script: { _ in .obey })
      await agent.put(.unmanaged())
      let tally = LinkTally(hosts: 1)
      let link = Task {
        await agent.keepConnected(clock: coordinator.clock, random: coordinator.random) { tally.note($0, of: 0) }
      }
      try await coordinator.waitUntilReady("h1")
      #expect(try await coordinator.vm("pet").host == "h1")
      var lost = tally.take().lost
      await agent.cut()
      try await eventually("the host is welcomed again") {
        let since = tally.take()
        lost += since.lost
        return !since.waits.isEmpty
      }
      try await coordinator.waitUntilReady("h1")
      #expect(lost == 0 && tally.welcomed == 1)
      await coordinator.stop()
      try await eventually("the host sees that") { tally.welcomed == 0 }
      #expect(tally.take().lost >= 1)
      link.cancel()
      await link.value
    }
  }

  @Test("connections that end because the coordinator was killed are not counted")
  func killed() {
    let tally = LinkTally(hosts: 2)
    for host in 0..<2 {
      tally.note(.begun, of: host)
      tally.note(.welcomed(after: .milliseconds(5)), of: host)
    }
    #expect(tally.welcomed == 2 && tally.take().waits.count == 2)
    tally.coordinatorEnds()
    tally.note(.ended(byHost: false), of: 0)
    tally.note(.begun, of: 0)
    tally.note(.ended(byHost: false), of: 0)
    tally.note(.begun, of: 0)
    tally.coordinatorServes()
    tally.note(.ended(byHost: false), of: 1)
    #expect(tally.take().lost == 0)
    tally.note(.ended(byHost: false), of: 0)
    #expect(tally.take().lost == 1)
  }

  @Test("a fleet has each address once, and each name once unless of one template")
  func shape() {
    for isTemplate in [false, true] {
      let shape = FleetShape(hosts: 7, vms: 50, isTemplate: isTemplate)
      let hosts = (0..<7).map { shape.domains(of: $0, random: SeededRandomSource(seed: UInt64($0)), at: .sample) }
      let all = hosts.flatMap { $0 }
      #expect(all.count == 50 && Set(all.map(\.id)).count == 50 && Set(all.flatMap(\.macs)).count == 50)
      #expect(Set(all.map(\.name)).count == (isTemplate ? 8 : 50))
      #expect(Set(all.flatMap { $0.saved?.disks.map(\.path) ?? [] }).count == (isTemplate ? 8 : 50))
    }
    let large = FleetShape(hosts: 10_000, vms: 10_000)
    #expect(Set((0..<10_000).map { large.address(of: $0) }).count == 10_000)
  }

  @Test("processor time and memory are read whatever the program's name holds")
  func usage() throws {
    let stat = "42 (a) b (c)) S 1 42 42 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 8 0 100 1000 25 0"
    let status = "Name:\ta) b (c)\nVmPeak:\t 9000 kB\nVmHWM:\t  3000 kB\nVmRSS:\t  2000 kB\n"
    let usage = try #require(ProcessUsage(stat: stat, status: status, ticksPerSecond: 100))
    #expect(usage.cpu == .seconds(3) && usage.resident == 2000 * 1024 && usage.peak == 3000 * 1024)
    #expect(ProcessUsage(stat: stat, status: "Name:\tzombie\n", ticksPerSecond: 100) == nil)
    #expect(ProcessUsage(stat: "", status: status, ticksPerSecond: 100) == nil)
  }

  @Test("a table shows figures, aims, what failed, and ratios to an earlier run")
  func table() {
    var earlier = FleetTable(shape: FleetShape(hosts: 5, vms: 50))
    earlier.put(.list, 1500)
    earlier.put(.burst, 50)
    var table = FleetTable(shape: earlier.shape)
    table.put(.burst, 500)
    table.fail(.macs, "error: too large (exit 1)")
    table.put(.list, 750, cpu: 1327)
    table.put(.enrolment, 9.96)
    #expect(
      table.text(against: earlier) == """
        WHAT                                 NOW     CPU    BEFORE   NOW/BEFORE  AIM
        hosts enrolled, eight at a time      10.0/s         -        -
        roost list -o json                   750 ms  1.3 s  1500 ms  0.50×       ≤ 700 ms  missed
        roost mac list                       fails: error: too large (exit 1)
        burst of 100 creates, ten at a time  500/s          50/s     10.00×      ≥ 400/s   met
        """)
    table.put(.macs, 3)
    #expect(!table.text(against: nil).contains("fails") && !table.text(against: nil).contains("BEFORE"))
  }

  @Test("a program is run to its end, and ended if it takes too long")
  func programs() async throws {
    let done = try await Program.run("/bin/sh", ["-c", "echo row; echo trouble >&2; exit 3"])
    #expect(done.status == 3 && done.bytes == 4 && done.complaint == "trouble" && done.first != nil && done.cpu > .zero)
    let stuck = try await Program.run("/bin/sh", ["-c", "exec sleep 60"], within: .milliseconds(100))
    #expect(stuck.status == 128 + 9 && stuck.first == nil && stuck.whole < .seconds(30))
    await #expect(throws: Program.Failure.self) { try await Program.run("/nowhere/at/all", []) }
  }
}
