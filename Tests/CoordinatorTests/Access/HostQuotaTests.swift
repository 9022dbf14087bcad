import Fleet
import FleetTestKit
import GRPCCore
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Synchronization
import Testing

@testable import Coordinator

@Suite("What one host may make grow")
struct HostQuotaTests {
  @Test("a host with too many domains is told so and shown, and others go on")
  func domains() async throws {
    try await TestCoordinator.with { coordinator in
      let (loud, honest) = (try await coordinator.host("h1"), try await coordinator.host("h2"))
      try await loud.connect()
      try await honest.connect()
      try await coordinator.waitUntilReady("h1")
      try await coordinator.waitUntilReady("h2")
      for part in 0..<5 {
        let domains = (0..<1_000).map { Self.domain(UInt64(part * 1_000 + $0)) }
        await loud.post(.with { $0.domains = .with { $0.changed = domains } })
      }
      try await eventually("h1 is out", within: .seconds(30)) { await loud.openConnections == 0 }
      let host = try await coordinator.host(listed: "h1")
      #expect(host.notes.count == 1 && host.notes[0].contains("4096 are the most"))
      #expect(try await coordinator.history(of: "host.over-quota").count == 1)
      #expect(try await coordinator.hostState("h2") == "ready")
      await honest.disconnect()
    }
  }

  private static func domain(_ number: UInt64) -> Roost_V1_Domain {
    .with {
      $0.uuid = VMID.sample(100_000 + number).description
      $0.name = "d\(number)"
      $0.state = "running"
      $0.seenAt = 1
    }
  }

  @Test("interfaces, networks and reservations have their bounds, and so have sentences")
  func bounds() throws {
    var facts = HostFacts.sample("h1")
    try HostQuota.check(facts)
    facts.bridges = (0...HostQuota.networks).map { "br\($0)" }
    #expect(throws: FleetError.self) { try HostQuota.check(facts) }
    #expect(throws: FleetError.self) { try HostQuota.check(domains: HostQuota.domains + 1) }
    try HostQuota.check(domains: HostQuota.domains)
    let long = String(repeating: "é", count: 100_000)
    let failure = FleetError(.internal, long, hint: long)
    let result = HostQuota.bounded(ActionResult(id: .sample(1), failure: failure, domain: nil))
    #expect(result.failure?.message.utf8.count ?? .max <= HostQuota.sentenceBytes + 3)
    #expect(result.failure?.hint.utf8.count ?? .max <= HostQuota.sentenceBytes + 3)
  }

  @Test("a flapping host's events are counted beyond a bound, and others' are not")
  func events() {
    let rates = EventRates(limit: 3)
    let now = Timestamp.sample
    let first = (0..<10).compactMap { _ in rates.sentence("gone", .hostDisconnected, of: .sample(1), at: now) }
    #expect(first.count == 3 && first[2].contains("not recorded"))
    #expect(rates.sentence("gone", .hostDisconnected, of: .sample(2), at: now) == "gone")
    #expect(rates.sentence("gone", .hostConnected, of: .sample(1), at: now) == "gone")
    let later = rates.sentence("gone", .hostDisconnected, of: .sample(1), at: now.adding(seconds: 3_601))
    #expect(later?.contains("7 more in the hour before") == true)
  }

  @Test("reports of a second are written together, the last at the end, failed ones again")
  func writes() async throws {
    let written = Mutex<[Int]>([])
    let writes = ReportWrites(interval: .seconds(60), retry: .milliseconds(1)) { _ in }
    for number in 0..<100 { await writes.write(.sample(1)) { written.withLock { $0.append(number) } } }
    #expect(written.withLock { $0 } == [0])
    await writes.finish(.sample(1))
    #expect(written.withLock { $0 } == [0, 99])
    let attempts = Mutex(0)
    await writes.write(.sample(2)) {
      let attempt = attempts.withLock { attempts in
        attempts += 1
        return attempts
      }
      if attempt < 3 { throw FleetError(.internal, "the disk is full") }
    }
    try await eventually("it is written") { attempts.withLock { $0 } == 3 }
    #expect(await writes.failures == 2)
  }

  @Test(
    "a certificate has so many connections and no more, and others are none the worse", .timeLimit(.minutes(1)))
  func connections() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.host("h1")
      let ada = try await coordinator.person("ada")
      try await agent.connect()
      try await coordinator.waitUntilReady("h1")
      // One of the eight is the agent's own.
      await Self.waitForRefusals(5, coordinator, agent.credentials)
      let hosts = try await coordinator.call(coordinator.transports.link(ada)) { client in
        try await Roost_V1_Hosts.Client(wrapping: client).list(.init())
      }
      #expect(hosts.hosts.map(\.state) == ["ready"])
      await agent.disconnect()
    }
  }

  /// Opens twelve connections of one certificate, and returns once so many of them have ended. Those that are let in
  /// stay as long as the gate is shut; of the others, one may lose its connection before it has read why.
  private static func waitForRefusals(_ count: Int, _ coordinator: TestCoordinator, _ credentials: ClientCredentials)
    async
  {
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    await withTaskGroup(of: FleetError.Code?.self) { group in
      for _ in 0..<12 { group.addTask { await refusal(coordinator, credentials, while: gate) } }
      var refused: [FleetError.Code?] = []
      while refused.count < count, let next = await group.next() { refused.append(next) }
      #expect(refused.count == count && refused.contains(.exhausted), "\(refused)")
      open.finish()
      group.cancelAll()
    }
  }

  /// Opens a stream that says nothing as long as the gate is shut, and tells why it ended.
  private static func refusal(
    _ coordinator: TestCoordinator, _ credentials: ClientCredentials, while gate: AsyncStream<Void>
  ) async -> FleetError.Code? {
    do {
      try await coordinator.call(coordinator.transports.link(credentials)) { client in
        try await Roost_V1_AgentLink.Client(wrapping: client).tunnel(
          request: .init { _ in for await _ in gate {} }
        ) { response in for try await _ in response.messages {} }
      }
      return nil
    } catch {
      return (error as? FleetError)?.code
    }
  }
}
