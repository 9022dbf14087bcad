import Fleet
import FleetTestKit
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

@Suite("A coordinator that is older than the agent")
struct OlderCoordinatorTests {
  /// A coordinator of the first release, which knows one call for agents, and keeps the first message of each.
  private final class FirstRelease: RegistrableRPCService {
    let hellos = Mutex<[Roost_V1_AgentMessage]>([])

    func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
      router.registerHandler(
        forMethod: Roost_V1_AgentLink.Method.Connect.descriptor, deserializer: RawCall(), serializer: RawCall()
      ) { [self] request, _ in
        for try await bytes in request.messages {
          let message = try Roost_V1_AgentMessage(serializedBytes: bytes)
          hellos.withLock { $0.append(message) }
          break
        }
        return StreamingServerResponse { _ in [:] }
      }
    }
  }

  @Test("a hello in parts is not known to it, and one in a single message is")
  func hello() async throws {
    let fixture = try await AgentFixture()
    fixture.hypervisor.edit {
      for number in 0..<3500 as Range<UInt64> {
        let name = "vm-\(number)-" + String(repeating: "x", count: 240)
        $0.domains[.sample(number)] = .unmanaged(name, id: .sample(number), state: .stopped)
      }
    }
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let parts = try fixture.parts(logger)
    let socket = fixture.directory.path + "/older.sock"
    let older = FirstRelease()
    var configuration = HTTP2ServerTransport.Posix.Config.defaults
    configuration.rpc.maxRequestPayloadSize = 32 << 20
    let server = GRPCServer(
      transport: .http2NIOPosix(
        address: .unixDomainSocket(path: socket), transportSecurity: .plaintext, config: configuration),
      services: [older])
    let serving = Task { try await server.serve() }
    _ = try await server.listeningAddress
    let transport = CoordinatorConnection.Transport(
      try HTTP2ClientTransport.Posix(
        target: .unixDomainSocket(path: socket, authority: "roost"), transportSecurity: .plaintext))
    try await CoordinatorConnection.with(transport) { client in
      await #expect(throws: CoordinatorSession.UnknownCall.self) {
        try await CoordinatorSession(parts: parts, client: client, hostName: "h1").run(trusting: { _ in }) { _ in }
      }
      #expect(older.hellos.withLock { $0.isEmpty })
      // It ends the stream without a welcome.
      await #expect(throws: (any Error).self) {
        try await CoordinatorSession(parts: parts, client: client, hostName: "h1", takesParts: false)
          .run(trusting: { _ in }) { _ in }
      }
    }
    let hellos = older.hellos.withLock { $0 }
    #expect(hellos.map(\.hello.domains.count) == [3500] && hellos.map(\.hello.parts) == [0])
    server.beginGracefulShutdown()
    serving.cancel()
    _ = await serving.result
  }
}
