import Fleet
import FleetTestKit
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import RoostAPI
import RoostProto
import SimulationKit
import SwiftProtobuf
import Synchronization
import Testing

@testable import Agent

@Suite("Tunnels to consoles and displays")
struct TunnelTests {
  /// A coordinator that takes one tunnel to its end.
  private final class Far: RegistrableRPCService {
    let frames = Mutex<[[UInt8]]>([])

    func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
      router.registerHandler(
        forMethod: Roost_V1_AgentLink.Method.Tunnel.descriptor, deserializer: RawCall(), serializer: RawCall()
      ) { [self] request, _ in
        for try await frame in request.messages { frames.withLock { $0.append(frame) } }
        return StreamingServerResponse { (_: RPCWriter<[UInt8]>) in [:] }
      }
    }
  }

  /// A console that shows a prompt, and then what the test wants.
  private final class Console: ByteChannel {
    private let end: FleetError?
    private let reads = Mutex(0)

    init(end: FleetError?) { self.end = end }

    func receive() async throws -> [UInt8]? {
      let read = reads.withLock { count in
        count += 1
        return count
      }
      if read == 1 { return Array("login: ".utf8) }
      if let end { throw end }
      return nil
    }

    func send(_ bytes: [UInt8]) async throws {}
    func close() {}
  }

  /// Carries a console of a domain to its end.
  private func carry(
    _ domain: ObservedDomain, _ console: Console? = nil, kind: String = "console"
  ) async throws -> [Roost_V1_TunnelFrame] {
    let fixture = try await AgentFixture()
    try fixture.directory.write("host.toml", "[trust]\nunmanaged_consoles = true\n")
    fixture.hypervisor.edit { state in
      state.domains[domain.id] = domain
      if let console { state.consoles[domain.id] = console }
    }
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let socket = fixture.directory.path + "/far.sock"
    let far = Far()
    let server = GRPCServer(
      transport: .http2NIOPosix(address: .unixDomainSocket(path: socket), transportSecurity: .plaintext),
      services: [far])
    let serving = Task { try await server.serve() }
    _ = try await server.listeningAddress
    let transport = CoordinatorConnection.Transport(
      try HTTP2ClientTransport.Posix(
        target: .unixDomainSocket(path: socket, authority: "roost"), transportSecurity: .plaintext))
    let silent = logger
    try await CoordinatorConnection.with(transport) { client in
      await TunnelCarrier(
        hypervisor: fixture.hypervisor,
        permission: TunnelPermission(fleetID: AgentFixture.fleet, trust: fixture.trust), client: client,
        logger: silent
      ).carry(
        .with {
          $0.tunnelID = "t"
          $0.vmID = domain.id.description
          $0.kind = kind
        })
    }
    server.beginGracefulShutdown()
    serving.cancel()
    _ = await serving.result
    return try far.frames.withLock { frames in try frames.map { try Roost_V1_TunnelFrame(serializedBytes: $0) } }
  }

  /// A running VM, managed or not, with a serial console or without.
  private func domain(managed: Bool, serial: Bool) -> ObservedDomain {
    var domain =
      managed ? ObservedDomain.sample(of: .sample(), fleetID: AgentFixture.fleet) : .unmanaged("pet shop")
    domain.live?.hasSerialConsole = serial
    return domain
  }

  @Test("a VM without a console has a way to one: an import for ours, else virsh")
  func noConsole() async throws {
    let ours = try #require(try await carry(domain(managed: true, serial: false)).last?.failure)
    #expect(ours.message.contains("no serial console") && ours.hint.contains("--add-serial"))
    let other = try #require(try await carry(domain(managed: false, serial: false)).last?.failure)
    #expect(other.hint.contains("virsh edit 'pet shop'") && !other.hint.contains("--add-serial"))
    #expect(other.hint.contains("roost vnc 'pet shop'"))
  }

  @Test("whoever loses a console to another is told so, and how to take it back")
  func takenOver() async throws {
    let broken = FleetError(.internal, "stream had I/O failure")
    let frames = try await carry(domain(managed: true, serial: true), Console(end: broken))
    #expect(frames.contains { $0.data == Data("login: ".utf8) })
    let failure = try #require(frames.last?.failure)
    #expect(failure.code == FleetError.Code.conflict.rawValue && failure.message.contains("was taken over"))
    #expect(failure.hint.contains("roost console --force"))
  }

  @Test("a console that closes with its guest is no failure")
  func closed() async throws {
    let frames = try await carry(domain(managed: true, serial: true), Console(end: nil))
    #expect(frames.last?.data == Data("login: ".utf8))
  }

  @Test("a display on a socket is opened through libvirt, by its place among the displays")
  func socketDisplay() async throws {
    var domain = domain(managed: true, serial: true)
    domain.live?.graphics = [ObservedGraphics(type: "egl-headless"), ObservedGraphics(type: "vnc", isSocket: true)]
    let frames = try await carry(domain, Console(end: nil), kind: "vnc")
    #expect(frames.last?.data == Data("login: ".utf8))
  }

  @Test("a VM without a display has a way to one: a change for ours, else virsh")
  func noDisplay() async throws {
    var ours = domain(managed: true, serial: true)
    ours.live?.graphics = []
    let failure = try #require(try await carry(ours, kind: "vnc").last?.failure)
    #expect(failure.message.contains("no VNC display") && failure.hint.contains("roost set web-1 vnc=socket"))
    var other = domain(managed: false, serial: true)
    other.live?.graphics = [ObservedGraphics(type: "vnc", port: nil, autoport: true)]
    let foreign = try #require(try await carry(other, kind: "vnc").last?.failure)
    #expect(foreign.hint.contains("virsh edit 'pet shop'") && !foreign.hint.contains("roost set"))
  }
}
