import Agent
import Fleet
import FleetTestKit
import Foundation
import RoostAPI
import SimulationKit
import Store
import Testing

@Suite("A join that is cut off")
struct InterruptedJoinTests {
  @Test("after the host was taken in it is repeated with its token, and nothing is twice")
  func repeated() async throws {
    try await Simulation.with { fleet in
      let coordinator = fleet.coordinator
      let host = try SimulatedHost(
        "h1",
        environment: AgentEnvironment(wallClock: coordinator.clock, clock: fleet.ticks, random: coordinator.random))
      let token = try await coordinator.token(named: "h1").text
      // A directory in place of authority.pem makes saving fail, as if the agent were killed at that moment.
      let obstacle = "\(host.state.path)/authority.pem"
      try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
      await #expect(throws: FleetError.self) { try await host.join(token) }
      #expect(try await coordinator.stored { try $0.hosts().map(\.name) } == ["h1"])
      let files = try FileManager.default.contentsOfDirectory(atPath: host.state.path)
      #expect(!files.contains("certificate.pem") && files.contains("joining.json"))

      try FileManager.default.removeItem(atPath: obstacle)
      try FileManager.default.removeItem(atPath: "\(host.state.path)/identity.json")
      let outcome = try await host.join(token)
      let (hosts, certificates) = try await coordinator.stored {
        (try $0.hosts(), try $0.certificates().filter { $0.role == "agent" })
      }
      #expect(hosts.map(\.id.description) == [outcome.hostID] && certificates.count == 1)
      #expect(!FileManager.default.fileExists(atPath: "\(host.state.path)/joining.json"), "the key is kept once")
      try await host.start()
      try await fleet.ready("h1")
      await host.stop()
    }
  }

  @Test("before anybody has heard of it, it is begun anew; another token gets another key")
  func before() async throws {
    try await Simulation.with { fleet in
      let coordinator = fleet.coordinator
      let host = try SimulatedHost(
        "h1",
        environment: AgentEnvironment(wallClock: coordinator.clock, clock: fleet.ticks, random: coordinator.random))
      let token = try await coordinator.token(named: "h1").text
      await coordinator.stop()
      let failure = await #expect(throws: FleetError.self) { try await host.join(token) }
      #expect(failure?.code == .unreachable)
      try await coordinator.start()
      // The port for joining hosts opens a moment later.
      try await eventually("it joins") { (try? await host.join(token)) != nil }
      let first = try host.credentials()
      try await host.join(try await coordinator.token(named: "h1", rejoin: true).text)
      #expect(try host.credentials().keyPEM != first.keyPEM)
      #expect(try await coordinator.stored { try $0.hosts().count } == 1)
    }
  }
}
