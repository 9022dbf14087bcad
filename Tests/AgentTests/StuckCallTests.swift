import Dispatch
import Fleet
import FleetTestKit
import Logging
import SimulationKit
import Testing

@testable import Agent

@Suite("Calls to libvirt that do not return")
struct StuckCallTests {
  private static let short = Duration.milliseconds(50)

  private func link() async throws -> LibvirtConnectionPool {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let link = try LibvirtConnectionPool(
      uri: "test:///default",
      environment: AgentEnvironment(
        wallClock: ManualClock(), clock: ContinuousClock(), random: SeededRandomSource(seed: 1)),
      logger: logger, changes: ChangeFeed(), reboots: RebootCounter())
    try await link.connect()
    _ = link.changes.take()
    return link
  }

  /// Makes a call that returns when the gate opens, and waits until it is given up.
  private func hang(_ link: LibvirtConnectionPool, _ subject: LibvirtConnections.Subject, _ gate: DispatchSemaphore)
    async
  {
    let error = await #expect(throws: FleetError.self) {
      try await link.call(subject, within: Self.short) { _ in gate.wait() }
    }
    #expect(error?.code == .timedOut)
  }

  @Test("a stuck call is told, not repeated, hinders no other and is forgotten at its end")
  func degraded() async throws {
    let link = try await link()
    let gate = DispatchSemaphore(value: 0)
    await hang(link, LibvirtConnections.Subject(call: "look", vm: .sample(1), isLook: true), gate)
    try await eventually("it is told") { await link.state.stuck.count == 1 }
    let state = await link.state
    #expect(state.isConnected && state.isDegraded && state.stuck[0].call == "look" && state.stuck[0].vm == .sample(1))
    #expect(link.changes.take().state)
    // No further look at that domain takes a connection; a verb may, and so may a look at another one.
    let refused = await #expect(throws: FleetError.self) {
      try await link.call(LibvirtConnections.Subject(call: "document", vm: .sample(1), isLook: true)) { _ in }
    }
    #expect(refused?.code == .timedOut && refused?.message.contains("\"look\"") == true)
    try await link.call(LibvirtConnections.Subject(call: "destroy", vm: .sample(1))) { _ in }
    try await link.call(LibvirtConnections.Subject(call: "look", vm: .sample(2), isLook: true)) { _ in }
    gate.signal()
    try await eventually("it returns") { await link.state.stuck.isEmpty }
    let batch = link.changes.take()
    #expect(batch.state && batch.everything && batch.domains == [.sample(1)])
  }

  @Test("spares replace the connections of stuck calls to a bound; then libvirt is silent")
  func wedged() async throws {
    let link = try await link()
    let gate = DispatchSemaphore(value: 0)
    for number in 1...UInt64(LibvirtConnectionPool.laneLimit) {
      #expect(await link.state.isConnected)
      await hang(link, LibvirtConnections.Subject(call: "start", vm: .sample(number)), gate)
      try await eventually("call \(number) is told") { await link.state.stuck.count == number }
      if number < LibvirtConnectionPool.laneLimit {
        try await link.call(LibvirtConnections.Subject(call: "look", vm: .sample(99), isLook: true)) { _ in }
      }
    }
    let state = await link.state
    #expect(
      !state.isConnected && state.detail.contains("\"start\"") && state.stuck.count == LibvirtConnectionPool.laneLimit)
    let refused = await #expect(throws: FleetError.self) { try await link.call("list") { _ in } }
    #expect(refused?.code == .unreachable && refused?.retryable == true)
    for _ in 0..<LibvirtConnectionPool.laneLimit { gate.signal() }
    try await eventually("all return") { await link.state.isConnected }
    try await link.call("list") { _ in }
  }

  @Test("two calls for statistics may be stuck, a third is not made")
  func statistics() async throws {
    let link = try await link()
    let gate = DispatchSemaphore(value: 0)
    let subject = LibvirtConnections.Subject(call: "statistics", stuckLimit: 2)
    for _ in 0..<2 { await hang(link, subject, gate) }
    try await eventually("both are told") { await link.state.stuck.count == 2 }
    let refused = await #expect(throws: FleetError.self) { try await link.call(subject) { _ in } }
    #expect(refused?.message.contains("has not returned") == true)
    gate.signal()
    try await eventually("one returns") { await link.state.stuck.count == 1 }
    try await link.call(subject) { _ in }
    gate.signal()
  }

  @Test("a call whose caller was cancelled counts as stuck once its time is over")
  func cancelled() async throws {
    let link = try await link()
    let gate = DispatchSemaphore(value: 0)
    let entered = DispatchSemaphore(value: 0)
    let caller = Task {
      try await link.call(LibvirtConnections.Subject(call: "look", vm: .sample(1)), within: Self.short) { _ in
        entered.signal()
        gate.wait()
      }
    }
    try await eventually("it is made") { entered.wait(timeout: .now()) == .success }
    caller.cancel()
    try await eventually("it is told") { await link.state.stuck.map(\.call) == ["look"] }
    gate.signal()
    try await eventually("it returns") { await link.state.stuck.isEmpty }
  }
}
