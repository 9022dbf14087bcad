import Agent
import Fleet
import FleetTestKit
import RoostAPI
import Synchronization

/// A whole fleet in one process: a real coordinator, and real agents on virtual machines in memory, over real TLS on
/// loopback. The time of day and the passing of time are the test's to move.
package final class Simulation: Sendable {
  package let coordinator: TestCoordinator
  /// The passing of time for the agents.
  package let ticks = ManualTicks()
  private let hosts = Mutex<[SimulatedHost]>([])

  private init(coordinator: TestCoordinator) { self.coordinator = coordinator }

  /// Runs a test against a serving coordinator, and ends everything after it.
  /// - Parameter daysAgo: how far in the past the fleet's clock begins.
  package static func with(daysAgo: Int64 = 0, _ body: (Simulation) async throws -> Void) async throws {
    try await TestCoordinator.with(daysAgo: daysAgo) { coordinator in
      let simulation = Simulation(coordinator: coordinator)
      do {
        try await body(simulation)
      } catch {
        await simulation.stop()
        throw error
      }
      await simulation.stop()
    }
  }

  /// A host that has joined; its agent is not started.
  package func joined(_ name: String) async throws -> SimulatedHost {
    let host = try SimulatedHost(
      name, environment: AgentEnvironment(wallClock: coordinator.clock, clock: ticks, random: coordinator.random))
    hosts.withLock { $0.append(host) }
    try await host.join(try await coordinator.token(named: name).text)
    return host
  }

  /// A host that has joined, and whose agent is at work and known to the coordinator.
  package func host(_ name: String) async throws -> SimulatedHost {
    let host = try await joined(name)
    try await host.start()
    try await ready(name)
    return host
  }

  /// Lets time pass until a host can take work.
  package func ready(_ name: String) async throws {
    try await comesTrue("\(name) is ready") { try await coordinator.hostState(name) == HostState.ready.rawValue }
  }

  /// Lets time pass for the agents until something holds.
  package func comesTrue(_ what: String, _ condition: () async throws -> Bool) async throws {
    try await eventually(what) {
      ticks.advance(by: .milliseconds(20))
      return try await condition()
    }
  }

  private func stop() async {
    for host in hosts.withLock({ $0 }) { await host.stop() }
  }
}
