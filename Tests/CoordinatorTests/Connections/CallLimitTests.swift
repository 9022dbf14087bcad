import Fleet
import FleetTestKit
import SimulationKit
import Testing

@testable import Coordinator

@Suite("How much one caller may hold open")
struct CallLimitTests {
  private let calls = LiveCalls(connections: ConnectionLimiter(.link))

  @Test("calls count for a host over all its certificates, and each that ends makes room")
  func overCertificates() async throws {
    let gates = (0..<3).map { _ in AsyncStream.makeStream(of: Void.self) }
    let (calls, limit) = (calls, 2)
    let held = gates.prefix(limit).enumerated().map { index, gate in
      Task { try await calls.serve("serial-\(index)", of: "host a", limit: limit) { for await _ in gate.stream {} } }
    }
    try await eventually("both are served") { calls.count(serial: "serial-0") + calls.count(serial: "serial-1") == 2 }
    let refused = await #expect(throws: FleetError.self) {
      try await calls.serve("serial-2", of: "host a", limit: limit) {}
    }
    #expect(refused?.code == .exhausted && refused?.retryable == true)
    #expect(refused?.message == "host a has 2 calls under way already")
    try await calls.serve("serial-9", of: "host b", limit: limit) {}
    await #expect(throws: FleetError.self) { try await calls.count("serial-2", of: "host a", limit: limit) {} }
    // A certificate that is cut takes its own calls alone.
    #expect(calls.cut(serial: "serial-0").calls == 1)
    await #expect(throws: FleetError.self) { try await held[0].value }
    try await calls.serve("serial-2", of: "host a", limit: limit) {}
    gates[1].continuation.finish()
    try await held[1].value
    #expect(calls.count(serial: "serial-1") == 0)
  }

}
