import Fleet
import FleetTestKit
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import RoostProto
import SimulationKit
import SwiftProtobuf
import Synchronization
import Testing

@testable import Agent
@testable import RoostAPI

/// Every field of every message that an agent takes, at every edge, over a real link from a coordinator that says
/// anything.
@Suite("A coordinator at the edge", .serialized)
struct CoordinatorBoundaryTests {
  /// A coordinator that says what it is given, and then ends the stream.
  private final class Loose: RegistrableRPCService {
    let messages = Mutex<[[UInt8]]>([])

    func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
      router.registerHandler(
        forMethod: Roost_V1_AgentLink.Method.Connect.descriptor, deserializer: RawCall(), serializer: RawCall()
      ) { [self] _, _ in
        let messages = messages.withLock { $0 }
        return StreamingServerResponse { writer in
          for message in messages { try await writer.write(message) }
          return [:]
        }
      }
    }
  }

  private static let schema = Result {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("proto/roost/v1")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return ProtoSchema(
      parsing: try files.filter { $0.pathExtension == "proto" }.map { try String(contentsOf: $0, encoding: .utf8) })
  }

  private static func cases(noting fields: inout Set<String>) throws -> [EdgeCases.Case] {
    func text(_ text: String) -> WireBytes.Value { .counted(Array(text.utf8)) }
    let id = text("00000000-0000-4000-8000-000000000001")
    let spec: [UInt8] = try AgentFixture.spec().message.serializedBytes()
    let usual: [String: WireBytes.Value] = [
      "id": id, "vm_id": id, "fleet_id": text(AgentFixture.fleet.description), "tombstone": id, "tunnel_id": id,
      "epoch": .varint(1 << 62), "spec": .counted(spec), "verb": text("pause"), "kind": text("console"),
      "mac": text("02:00:00:00:00:01"), "new_mac": text("02:00:00:00:00:02"), "name": text("default"),
      "format": text("qcow2"), "revision": .varint(1), "out_of_band": text("warn"), "unanswered": text("fail-open"),
      "sha256": text(String(repeating: "0", count: 64)), "created_at": .varint(1),
    ]
    let cases = EdgeCases(try schema.get(), usual: usual) { field, message in
      (FieldLimit.bytes(of: field, in: message), FieldLimit.elements(of: field, in: message))
    }
    return cases.cases(of: "CoordinatorMessage", noting: &fields)
  }

  @Test("of every message: the agent goes on, and does what the next coordinator says")
  func everyField() async throws {
    let fixture = try await AgentFixture()
    fixture.hypervisor.edit { $0.domains[.sample(1)] = .unmanaged("pet", id: .sample(1)) }
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let parts = try fixture.parts(logger)
    let socket = fixture.directory.path + "/loose.sock"
    let loose = Loose()
    let server = GRPCServer(
      transport: .http2NIOPosix(address: .unixDomainSocket(path: socket), transportSecurity: .plaintext),
      services: [loose])
    let serving = Task { try await server.serve() }
    _ = try await server.listeningAddress
    let transport = CoordinatorConnection.Transport(
      try HTTP2ClientTransport.Posix(
        target: .unixDomainSocket(path: socket, authority: "roost"), transportSecurity: .plaintext))
    let welcome: [UInt8] = try Roost_V1_CoordinatorMessage.with { $0.welcome = .init() }.serializedBytes()
    var fields: Set<String> = []
    let cases = try Self.cases(noting: &fields)
    try await CoordinatorConnection.with(transport) { client in
      for sample in cases {
        let isWelcome = sample.bytes.first == 0x0A
        loose.messages.withLock { $0 = isWelcome ? [sample.bytes] : [welcome, sample.bytes] }
        do {
          try await fixture.environment.limit(sample.name, to: .seconds(20)) {
            try await CoordinatorSession(parts: parts, client: client, hostName: "h1").run(trusting: { _ in }) {
              try Self.hear($0, parts)
            }
          }
        } catch {
          let failure = FleetError(error)
          #expect(failure.code != .timedOut && !failure.message.isEmpty, "\(sample.name): \(failure)")
        }
      }
    }
    print("coordinator: \(fields.count) fields, \(cases.count) streams")
    // It still does what it is told, and its memory is read again by the agent's next life.
    let epoch = fixture.highWater.highWater.epoch
    #expect(await fixture.run(.network("default", active: true), id: 99, epoch: epoch) == nil)
    _ = try HighWaterFile(fixture.state)
    _ = try ActionJournal(fixture.state)
    server.beginGracefulShutdown()
    serving.cancel()
    _ = await serving.result
  }

  /// What the agent takes of a welcome.
  private static func hear(_ welcome: Roost_V1_Welcome, _ parts: AgentComponents) throws {
    guard let epoch = Int64(exactly: welcome.epoch) else { throw FleetError(.invalid, "the epoch is too large") }
    let told = HighWaterMarks(
      epoch: epoch, incarnation: welcome.incarnation, macCursor: welcome.macCursor,
      poolCursors: try PoolCursors(welcome.poolCursors), lastEvent: Int64(clamping: welcome.lastEvent))
    _ = try parts.highWater.welcomed(by: told, welcome.hasMark ? welcome.mark : nil)
    if welcome.hasStartPolicy { parts.policies.keep(welcome.startPolicy, parts.logger) }
  }
}
