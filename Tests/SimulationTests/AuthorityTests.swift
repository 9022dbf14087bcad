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

/// The fleet's authority is replaced, between a real coordinator and a real agent.
@Suite("The fleet's authority, and hosts that move to another")
struct AuthorityTests {
  private func rotate(_ coordinator: TestCoordinator, finish: Bool) async throws -> Roost_V1_AuthoritiesResponse {
    try await coordinator.local { client in
      try await Roost_V1_Certificates.Client(wrapping: client).rotateAuthority(
        .with {
          $0.requestID = RequestID(from: coordinator.random).description
          $0.finish = finish
        })
    }
  }

  private func left(_ coordinator: TestCoordinator) async throws -> [String] {
    try await coordinator.local {
      try await Roost_V1_Certificates.Client(wrapping: $0).showAuthorities(.init()).hostsLeft
    }
  }

  @Test("agents move by themselves, and trust the new one alone after the end")
  func whole() async throws {
    try await Simulation.with { fleet in
      let (coordinator, host) = (fleet.coordinator, try await fleet.host("h1"))
      func trusted() throws -> [String] {
        let pem = try String(contentsOfFile: "\(host.state.path)/authority.pem", encoding: .utf8)
        return try Certificate.bundle(pem: pem).map(\.fingerprint.hex)
      }
      let begun = try await rotate(coordinator, finish: false)
      let (before, after) = (begun.authorities[0].fingerprint, begun.authorities[1].fingerprint)
      try await fleet.comesTrue("the host has moved") { try await left(coordinator).isEmpty }
      #expect(try trusted() == [before, after])
      try await fleet.ready("h1")
      _ = try await rotate(coordinator, finish: true)
      try await fleet.comesTrue("the host trusts the new one alone") { try trusted() == [after] }
      try await fleet.ready("h1")
      let certificate = try Certificate(
        pem: String(contentsOfFile: "\(host.state.path)/certificate.pem", encoding: .utf8))
      try certificate.verify(
        issuedBy: Certificate(pem: String(contentsOfFile: coordinator.directory.authorityCertificate, encoding: .utf8)))
    }
  }
}
