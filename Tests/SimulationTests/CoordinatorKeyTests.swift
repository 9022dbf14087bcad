import Agent
import Coordinator
import Fleet
import FleetTestKit
import Foundation
import PKI
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

/// The coordinator's key from the day somebody else has it, between a real coordinator and a real agent.
@Suite("A coordinator's key that somebody else has")
struct CoordinatorKeyTests {
  private func events(_ coordinator: TestCoordinator, _ kind: String) async throws -> Int {
    try await coordinator.stored { try $0.events(since: 0, limit: 10_000).count { $0.kind == kind } }
  }

  @Test("with another key agents connect again, and refuse whoever shows the old one")
  func rotation() async throws {
    try await Simulation.with { fleet in
      let (coordinator, host) = (fleet.coordinator, try await fleet.host("h1"))
      let stolen = (
        try String(contentsOfFile: coordinator.directory.certificate, encoding: .utf8),
        try String(contentsOfFile: coordinator.directory.key, encoding: .utf8)
      )
      _ = try await coordinator.local { client in
        try await Roost_V1_Certificates.Client(wrapping: client).rotateCoordinator(
          .with { $0.requestID = RequestID(from: coordinator.random).description })
      }
      try await fleet.comesTrue("the agent has connected again") {
        try await events(coordinator, "host.connected") == 2
      }
      try await fleet.ready("h1")
      let list = try RevocationList(
        der: Array(Data(contentsOf: URL(filePath: "\(host.state.path)/revocations.crl"))))
      #expect(list.entry(for: try Certificate(pem: stolen.0).serial) != nil)
    }
  }
}
