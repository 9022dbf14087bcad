import Agent
import Coordinator
import Fleet
import FleetTestKit
import PKI
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

/// A host's certificate from its first day to its end, between a real coordinator and a real agent. TLS itself goes by
/// the system's clock, so the fleet's clock begins in the past and is moved up to the present.
@Suite("The life of a host's certificate")
struct CertificateLifeTests {
  private static let day: Int64 = 86400

  /// Whether the coordinator lets somebody with these credentials in as a host: an agent's call then fails for what it
  /// asks, and not for who asks.
  private func isLetIn(_ credentials: ClientCredentials, _ coordinator: TestCoordinator) async throws -> Bool {
    let error = await #expect(throws: FleetError.self) {
      try await coordinator.call(coordinator.transports.link(credentials)) { client in
        try await Roost_V1_AgentLink.Client(wrapping: client).renew(.init())
      }
    }
    return error?.message.contains("certificate request") == true
  }

  private func serial(_ credentials: ClientCredentials) throws -> String {
    try Certificate(pem: credentials.certificatePEM).serial.hex
  }

  @Test("at two thirds of its life it is renewed over the link, and the agent goes on")
  func renewal() async throws {
    try await Simulation.with(daysAgo: 70) { fleet in
      let (coordinator, host) = (fleet.coordinator, try await fleet.host("h1"))
      let old = try host.credentials()
      let id = try await coordinator.stored { try $0.hosts().map(\.id) }

      coordinator.clock.advance(seconds: 59 * Self.day)
      fleet.ticks.advance(by: .seconds(600))
      try await fleet.ready("h1")
      #expect(
        try await coordinator.stored { try $0.certificates().count { $0.role == "agent" } } == 1,
        "it is renewed too early")

      coordinator.clock.advance(seconds: 2 * Self.day)
      fleet.ticks.advance(by: .seconds(600))
      try await fleet.comesTrue("the host has another certificate") { try serial(host.credentials()) != serial(old) }
      try await fleet.ready("h1")
      let new = try host.credentials()
      let certificates = try await coordinator.stored { try $0.certificates().filter { $0.role == "agent" } }
      #expect(Set(certificates.map(\.serial)) == Set([try serial(old), try serial(new)]))
      let end = try Certificate(pem: new.certificatePEM).notAfter
      #expect(end > coordinator.clock.now().seconds + 89 * Self.day)
      let row = try await coordinator.stored { try $0.hosts() }
      #expect(row.map(\.id) == id && row[0].certificateExpiresAt.seconds == end)

      // The old one is good until the new one is used, so that an answer that is lost locks nobody out, and no longer.
      let (isOldLetIn, isNewLetIn) = (try await isLetIn(old, coordinator), try await isLetIn(new, coordinator))
      #expect(!isOldLetIn && isNewLetIn)
      await coordinator.stop()
      try await coordinator.start()
      try await fleet.ready("h1")
      #expect(try await !isLetIn(old, coordinator))
    }
  }

  @Test("a host with an expired certificate joins again by a new token and keeps its id")
  func expiry() async throws {
    try await Simulation.with(daysAgo: 100) { fleet in
      let (coordinator, host) = (fleet.coordinator, try await fleet.joined("h1"))
      let old = try host.credentials()
      let before = try await coordinator.stored { try $0.hosts().map(\.id) }
      host.hypervisor.edit { $0.domains[.sample(1)] = .unmanaged("pet", id: .sample(1)) }

      coordinator.clock.advance(seconds: 100 * Self.day)
      try await host.start()
      #expect(try await !isLetIn(old, coordinator))
      try await fleet.comesTrue("the agent has tried several times") {
        host.errors.messages.count { $0.contains("the host's certificate expired") } >= 3
      }
      #expect(try await coordinator.hostState("h1") == HostState.unreachable.rawValue)

      let outcome = try await host.join(try await coordinator.token(named: "h1", rejoin: true).text)
      #expect(before.map(\.description) == [outcome.hostID])
      // The agent that runs already goes on with what it finds.
      try await fleet.ready("h1")
      #expect(try await coordinator.vm("pet").host == "h1")
      #expect(try await coordinator.stored { try $0.hosts().map(\.id) } == before)
    }
  }

  @Test("joining again ends the certificate that the host had before")
  func joinedAgain() async throws {
    try await Simulation.with { fleet in
      let (coordinator, host) = (fleet.coordinator, try await fleet.host("h1"))
      let old = try host.credentials()
      #expect(try await isLetIn(old, coordinator))
      try await host.join(try await coordinator.token(named: "h1", rejoin: true).text)
      let (isOldLetIn, isNewLetIn) = (
        try await isLetIn(old, coordinator), try await isLetIn(host.credentials(), coordinator)
      )
      #expect(!isOldLetIn && isNewLetIn)
    }
  }
}
