import Fleet
import FleetTestKit
import GRPCNIOTransportHTTP2Posix
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

extension TestCoordinator {
  /// Hosts that have joined and are ready, by name.
  nonisolated func hosts(_ names: String...) async throws -> [String: FakeAgent] {
    var agents: [String: FakeAgent] = [:]
    for name in names { agents[name] = try await readyHost(name) }
    return agents
  }

  /// Lets an agent report all of its host anew; returns when the coordinator has taken it.
  nonisolated func report(_ agent: FakeAgent) async throws {
    try await agent.reconnect()
    try await waitUntilReady(agent.name)
    try await agent.waitUntilHeard()
  }

  /// Calls the ledger.
  nonisolated func ledger<Value: Sendable>(
    _ body: (Roost_V1_Addresses.Client<HTTP2ClientTransport.Posix>) async throws -> Value
  ) async throws -> Value {
    try await local { try await body(Roost_V1_Addresses.Client(wrapping: $0)) }
  }

  /// Reserves addresses.
  @discardableResult
  nonisolated func reserve(
    _ range: String, for purpose: String, id: RequestID? = nil
  ) async throws -> Roost_V1_MACEntry {
    let request = id ?? RequestID(from: random)
    return try await ledger { client in
      try await client.reserveMACs(
        .with {
          $0.requestID = request.description
          $0.range = range
          $0.purpose = purpose
        }
      ).entry
    }
  }

  /// Releases an address.
  @discardableResult
  nonisolated func release(_ mac: String, force: Bool = false) async throws -> Roost_V1_MACEntry {
    try await ledger { client in
      try await client.releaseMAC(
        .with {
          $0.requestID = RequestID(from: random).description
          $0.mac = mac
          $0.force = force
        }
      ).entry
    }
  }

  /// Makes a pool.
  @discardableResult
  nonisolated func createPool(
    _ name: String, _ range: String, network: String = "", label: String = ""
  ) async throws -> Roost_V1_MACPoolStatus {
    try await ledger { client in
      try await client.createMACPool(
        .with {
          $0.requestID = RequestID(from: random).description
          $0.name = name
          $0.range = range
          $0.network = network
          $0.label = label
        }
      ).pool
    }
  }

  /// All that is known of an address or a piece of one.
  nonisolated func reports(_ query: String) async throws -> [Roost_V1_MACReport] {
    try await ledger { client in try await client.findMACs(.with { $0.query = query }).reports }
  }

  /// The names of the VMs with such an address or port.
  nonisolated func names(mac: String = "", ip: String = "", port: UInt32 = 0) async throws -> [String] {
    try await local { client in
      try await Roost_V1_VMs.Client(wrapping: client).list(
        .with {
          $0.mac = mac
          $0.ip = ip
          $0.port = port
        }
      ).vms.map(\.name)
    }
  }

  /// The messages of all events of a kind.
  nonisolated func events(_ kind: String) async throws -> [String] {
    try await stored { try $0.events(since: 0, limit: 10_000) }.filter { $0.kind == kind }.map(\.message)
  }
}
