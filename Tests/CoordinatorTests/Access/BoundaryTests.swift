import Fleet
import FleetTestKit
import Foundation
import GRPCCore
import RoostProto
import SimulationKit
import SwiftProtobuf
import Testing

@testable import Coordinator
@testable import RoostAPI

/// Every field of every message that a coordinator takes, at every edge, against the services themselves.
@Suite("Values at the boundary", .serialized)
struct BoundaryTests {
  /// What the .proto files say.
  private static let schema = Result {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("proto/roost/v1")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return ProtoSchema(
      parsing: try files.filter { $0.pathExtension == "proto" }.map { try String(contentsOf: $0, encoding: .utf8) })
  }

  private static func text(_ text: String) -> WireBytes.Value { .counted(Array(text.utf8)) }

  /// What gets a message past its first checks.
  private static func usual(_ random: any RandomSource) throws -> [String: WireBytes.Value] {
    let id = text("00000000-0000-4000-8000-000000000001")
    let spec: [UInt8] = try VMSpec.sample("edge", vcpus: 1, memory: .mebibytes(64), disk: .zero).message
      .serializedBytes()
    return [
      "request_id": text(RequestID(from: random).description), "vm": text("edge"), "host": text("h1"),
      "name": text("edge"), "mac": text("02:00:00:00:00:01"),
      "range": text("06:00:00:00:00:00-06:00:00:00:00:0f"), "purpose": text("a test"), "verb": text("pause"),
      "format": text("raw"), "size_bytes": .varint(1 << 20), "file_bytes": .varint(1 << 20),
      "ttl_seconds": .varint(600), "query": text("02:00"), "dry_run": .varint(1), "spec": .counted(spec),
      "SetPortRangeRequest.first": .varint(5900), "SetPortRangeRequest.last": .varint(30_000),
      "SetVNCRequest.mode": text("socket"), "SetVNCDefaultRequest.mode": text("port"),
      "document": text("<domain type='qemu'><name>edge</name><memory>65536</memory><os><type>hvm</type></os></domain>"),
      "uuid": id, "vm_id": id, "id": id, "action_id": id, "query_id": id, "image_id": id, "token_id": id,
      "host_id": id, "fleet_id": id, "secret": .counted([UInt8](repeating: 7, count: 32)), "machine_uuid": text("m"),
      "Domain.state": text("running"), "seen_at": .varint(1), "since": .varint(1), "at": .varint(1),
      "CheckResult.result": text("pass"), "kind": text("console"), "code": text("internal"),
      "RemoveHostRequest.host": text("h9"),
      "RevokeHostRequest.host": text("h9"), "SetCordonRequest.host": text("h9"),
      "DisregardHostRequest.host": text("h9"),
      "DeleteVMRequest.vm": text("gone"),
    ]
  }

  private static func cases(_ random: any RandomSource) throws -> EdgeCases {
    EdgeCases(try schema.get(), usual: try usual(random)) { field, message in
      (FieldLimit.bytes(of: field, in: message), FieldLimit.elements(of: field, in: message))
    }
  }

  /// Makes a call with a message at the edge and wants success or an error of ours.
  private static func tryCase(
    _ sample: EdgeCases.Case, _ method: MethodDescriptor, _ client: TestTransports.Client, before: [[UInt8]] = []
  ) async throws {
    let error = try await RawCall.failure(
      of: method, client, sending: before + [sample.bytes],
      within: .seconds(sample.name.hasSuffix("follow = 2") ? 1 : 20))
    guard let error else { return }
    let name = "\(method.fullyQualifiedMethod): \(sample.name): \(error)"
    // What gRPC refuses before anything of Roost is asked: a message that can't be decoded, and one that is larger than
    // its listener takes. Events that are followed have no end of their own.
    let isTransport =
      error.code == .invalidArgument || sample.name.hasSuffix("10 MB") || sample.name.hasSuffix("follow = 2")
      || method.service == Roost_V1_Enrolment.descriptor && sample.bytes.count > ListenerTransports.largestJoin
    let isTyped = FleetError.isCarried(by: error) || isTransport
    #expect(isTyped, "\(name)")
    #expect(error.code != .unknown, "\(name)")
  }

  private static func probe(_ coordinator: TestCoordinator) async throws {
    _ = try await coordinator.local { try await Roost_V1_Administration.Client(wrapping: $0).status(.init()) }
  }

  private static func descriptors(_ role: Caller.Role) -> [MethodDescriptor] {
    AccessTests.descriptors.filter { AccessTable.table[$0.fullyQualifiedMethod]?.contains(role) == true }
  }

  private static func request(_ method: MethodDescriptor) throws -> String {
    let schema = try schema.get()
    return try #require(schema.methods.first { $0.name == method.fullyQualifiedMethod }).request
  }

  @Test("of every call of a person: an answer or an error, and the coordinator goes on")
  func people() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      _ = try await coordinator.made("edge", start: true)
      var fields: Set<String> = []
      var count = 0
      for method in Self.descriptors(.localAdministrator) {
        let cases = try Self.cases(coordinator.random).cases(of: try Self.request(method), noting: &fields)
        guard !cases.isEmpty else { continue }
        try await coordinator.local { client in
          for sample in cases { try await Self.tryCase(sample, method, client) }
        }
        count += cases.count
        try await Self.probe(coordinator)
      }
      print("people: \(fields.count) fields, \(count) calls")
      try await coordinator.restart()
      try await coordinator.report(try #require(agents["h1"]))
      try await Self.probe(coordinator)
    }
  }

  @Test("of a host that joins: an answer or an error, and the next one joins")
  func joining() async throws {
    try await TestCoordinator.with { coordinator in
      // The listener is open while a token may be used.
      _ = try await coordinator.token(named: "h9")
      var fields: Set<String> = []
      for method in Self.descriptors(.anonymous) {
        let cases = try Self.cases(coordinator.random).cases(of: try Self.request(method), noting: &fields)
        guard !cases.isEmpty else { continue }
        try await coordinator.call(coordinator.transports.enrolment()) { client in
          for sample in cases { try await Self.tryCase(sample, method, client) }
        }
      }
      print("joining: \(fields.count) fields")
      #expect(!fields.isEmpty)
      _ = try await coordinator.hosts("h1")
      #expect(try await coordinator.hostState("h1") == "ready")
    }
  }

  @Test("of every call of an agent: an answer or an error; others and the ledger go on")
  func agents() async throws {
    try await TestCoordinator.with { coordinator in
      let honest = try #require(try await coordinator.hosts("h1")["h1"])
      let hostile = try await coordinator.host("h2")
      var fields: Set<String> = []
      var count = 0
      for method in Self.descriptors(.agent) {
        // It takes what Connect takes, by the same code.
        if method == Roost_V1_AgentLink.Method.ConnectInParts.descriptor { continue }
        let cases = try Self.cases(coordinator.random).cases(of: try Self.request(method), noting: &fields)
        let isLink = method.fullyQualifiedMethod == "roost.v1.AgentLink/Connect"
        guard !cases.isEmpty else { continue }
        let greeting = try Self.greeting("h2")
        try await coordinator.call(coordinator.transports.link(hostile.credentials)) { client in
          for (number, sample) in cases.enumerated() {
            // The other host says something now and then, as hosts do: one that is silent is given up.
            if number.isMultiple(of: 100) { try await honest.waitUntilHeard() }
            let isHello = sample.bytes.first == 0x0A
            let before = isLink ? [isHello ? [] : greeting].filter { !$0.isEmpty } : []
            let whole = isLink && isHello ? EdgeCases.Case(name: sample.name, bytes: greeting + sample.bytes) : sample
            try await Self.tryCase(whole, method, client, before: before)
          }
        }
        count += cases.count
        try await Self.probe(coordinator)
      }
      print("agents: \(fields.count) fields, \(count) calls")
      // Should anything it said make the coordinator settle, a person ends that.
      try? await coordinator.finishSettling()
      _ = try await coordinator.made("after")
      try await coordinator.restart()
      try await coordinator.report(honest)
      try? await coordinator.finishSettling()
      _ = try await coordinator.made("restarted")
    }
  }

  /// The hello of a host like any other.
  private static func greeting(_ name: String) throws -> [UInt8] {
    try Roost_V1_AgentMessage.with {
      $0.hello = .with {
        $0.hostName = name
        $0.machineUuid = "machine-of-\(name)"
        $0.agentVersion = "0.1.0"
        $0.host = HostFacts.sample(name).message
        $0.libvirt = LibvirtState(isConnected: true, since: .sample).message
      }
    }.serializedBytes()
  }
}
