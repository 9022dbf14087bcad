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

  private func connector() async throws -> LibvirtConnector {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let connector = try LibvirtConnector(
      uri: "test:///default",
      environment: AgentEnvironment(
        wallClock: ManualClock(), clock: ContinuousClock(), random: SeededRandomSource(seed: 1)),
      logger: logger, changes: ChangeFeed(), reboots: RebootCounter())
    try await connector.connect()
    _ = connector.changes.take()
    return connector
  }

  /// Makes a call that returns when the gate opens, and waits until it is given up.
  private func hang(_ connector: LibvirtConnector, _ subject: LibvirtConnectionPool.Subject, _ gate: DispatchSemaphore)
    async
  {
    let error = await #expect(throws: FleetError.self) {
      try await connector.call(subject, within: Self.short) { _ in gate.wait() }
    }
    #expect(error?.code == .timedOut)
  }

  @Test("a stuck call is told, not repeated, hinders no other and is forgotten at its end")
  func degraded() async throws {
    let connector = try await connector()
    let gate = DispatchSemaphore(value: 0)
    await hang(connector, LibvirtConnectionPool.Subject(call: "look", vm: .sample(1), isLook: true), gate)
    try await eventually("it is told") { await connector.state.stuck.count == 1 }
    let state = await connector.state
    #expect(state.isConnected && state.isDegraded && state.stuck[0].call == "look" && state.stuck[0].vm == .sample(1))
    #expect(connector.changes.take().state)
    // No further look at that domain takes a connection; a verb may, and so may a look at another one.
    let refused = await #expect(throws: FleetError.self) {
      try await connector.call(LibvirtConnectionPool.Subject(call: "document", vm: .sample(1), isLook: true)) { _ in }
    }
    #expect(refused?.code == .timedOut && refused?.message.contains("\"look\"") == true)
    try await connector.call(LibvirtConnectionPool.Subject(call: "destroy", vm: .sample(1))) { _ in }
    try await connector.call(LibvirtConnectionPool.Subject(call: "look", vm: .sample(2), isLook: true)) { _ in }
    gate.signal()
    try await eventually("it returns") { await connector.state.stuck.isEmpty }
    let batch = connector.changes.take()
    #expect(batch.state && batch.everything && batch.domains == [.sample(1)])
  }

  @Test("a shutdown that a hung QEMU does not answer hinders no look, and so no power cut")
  func hungGuest() async throws {
    let connector = try await connector()
    let gate = DispatchSemaphore(value: 0)
    await hang(connector, LibvirtConnectionPool.Subject(call: "shutdown", vm: .sample(1)), gate)
    try await connector.call(LibvirtConnectionPool.Subject(call: "look", vm: .sample(1), isLook: true)) { _ in }
    try await connector.call(LibvirtConnectionPool.Subject(call: "destroy", vm: .sample(1))) { _ in }
    let refused = await #expect(throws: FleetError.self) {
      try await connector.call(LibvirtConnectionPool.Subject(call: "shutdown", vm: .sample(1))) { _ in }
    }
    #expect(refused?.message.contains("\(VMID.sample(1))") == true && refused?.hint.contains("stop --force") == true)
    gate.signal()
    try await eventually("it returns") { await connector.state.stuck.isEmpty }
  }

  @Test("spares replace the connections of stuck calls to a bound; then libvirt is silent")
  func wedged() async throws {
    let connector = try await connector()
    let gate = DispatchSemaphore(value: 0)
    for number in 1...UInt64(LibvirtConnector.connectionLimit) {
      #expect(await connector.state.isConnected)
      await hang(connector, LibvirtConnectionPool.Subject(call: "start", vm: .sample(number)), gate)
      try await eventually("call \(number) is told") { await connector.state.stuck.count == number }
      if number < LibvirtConnector.connectionLimit {
        try await connector.call(LibvirtConnectionPool.Subject(call: "look", vm: .sample(99), isLook: true)) { _ in }
      }
    }
    let state = await connector.state
    #expect(
      !state.isConnected && state.detail.contains("\"start\"") && state.stuck.count == LibvirtConnector.connectionLimit)
    let refused = await #expect(throws: FleetError.self) { try await connector.call("list") { _ in } }
    #expect(refused?.code == .unreachable && refused?.retryable == true)
    for _ in 0..<LibvirtConnector.connectionLimit { gate.signal() }
    try await eventually("all return") { await connector.state.isConnected }
    try await connector.call("list") { _ in }
  }

  @Test("two calls for statistics may be stuck, a third is not made")
  func statistics() async throws {
    let connector = try await connector()
    let gate = DispatchSemaphore(value: 0)
    let subject = LibvirtConnectionPool.Subject(call: "statistics", stuckLimit: 2)
    for _ in 0..<2 { await hang(connector, subject, gate) }
    try await eventually("both are told") { await connector.state.stuck.count == 2 }
    let refused = await #expect(throws: FleetError.self) { try await connector.call(subject) { _ in } }
    #expect(refused?.message.contains("has not returned") == true)
    gate.signal()
    try await eventually("one returns") { await connector.state.stuck.count == 1 }
    try await connector.call(subject) { _ in }
    gate.signal()
  }

  @Test("a call whose caller was cancelled counts as stuck once its time is over")
  func cancelled() async throws {
    let connector = try await connector()
    let gate = DispatchSemaphore(value: 0)
    let entered = DispatchSemaphore(value: 0)
    let caller = Task {
      try await connector.call(LibvirtConnectionPool.Subject(call: "look", vm: .sample(1)), within: Self.short) { _ in
        entered.signal()
        gate.wait()
      }
    }
    try await eventually("it is made") { entered.wait(timeout: .now()) == .success }
    caller.cancel()
    try await eventually("it is told") { await connector.state.stuck.map(\.call) == ["look"] }
    gate.signal()
    try await eventually("it returns") { await connector.state.stuck.isEmpty }
  }
}
