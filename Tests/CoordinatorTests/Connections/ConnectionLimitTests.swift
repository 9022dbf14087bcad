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

@testable import Coordinator

@Suite("Connections of strangers")
struct ConnectionLimitTests {
  /// Opens `count` connections from one address; waits until only `staying` are open.
  private func open(_ count: Int, from last: UInt8, to port: Int, staying: Int) async throws -> [StrangersSocket] {
    let sockets = try (0..<count).map { _ in try StrangersSocket(from: last, to: port) }
    try await eventually("\(count - staying) are closed") { sockets.count(where: \.isClosed) >= count - staying }
    #expect(sockets.count { !$0.isClosed } == staying)
    return sockets
  }

  @Test("one address has four joining connections at most, and hosts elsewhere join")
  func enrolment() async throws {
    try await TestCoordinator.with { coordinator in
      let token = try await coordinator.token(named: "h1")
      let port = coordinator.transports.port + 1
      let limit = ConnectionLimiter.Limits.enrolment.strangersPerAddress
      let strangers = try await open(40, from: 2, to: port, staying: limit)
      _ = try await coordinator.join(.sample(token, key: .generate(), machine: "m1"))
      #expect(try await coordinator.stored { try $0.hosts().map(\.name) } == ["h1"])
      // A second address has places of its own.
      let others = try await open(limit + 1, from: 3, to: port, staying: limit)
      for socket in strangers + others { socket.close() }
    }
  }

  @Test("a host at the address of those who fill the places joins when they go")
  func place() async throws {
    try await TestCoordinator.with { coordinator in
      let token = try await coordinator.token(named: "h1")
      let limit = ConnectionLimiter.Limits.enrolment.strangersPerAddress
      let strangers = try await open(limit + 4, from: 1, to: coordinator.transports.port + 1, staying: limit)
      let request = try Roost_V1_JoinRequest.sample(token, key: .generate(), machine: "m1")
      async let joined = coordinator.join(request)
      for socket in strangers { socket.close() }
      #expect(try await joined.hostName == "h1")
    }
  }

  @Test("silent connections to the link are limited, and agents and operators go on")
  func link() async throws {
    try await TestCoordinator.with { coordinator in
      let (agent, late) = (try await coordinator.host("h1"), try await coordinator.host("h2"))
      let ada = try await coordinator.person("ada")
      try await agent.connect()
      try await coordinator.waitUntilReady("h1")
      let limit = ConnectionLimiter.Limits.link.strangersPerAddress
      let strangers = try await open(limit + 20, from: 2, to: coordinator.transports.port, staying: limit)
      try await late.connect()
      try await coordinator.waitUntilReady("h2")
      let hosts = try await coordinator.call(coordinator.transports.link(ada)) { client in
        try await Roost_V1_Hosts.Client(wrapping: client).list(.init()).hosts
      }
      #expect(hosts.map(\.state) == ["ready", "ready"])
      for socket in strangers { socket.close() }
      for agent in [agent, late] { await agent.disconnect() }
    }
  }

  @Test("strangers at an agent's address cut nobody off; who waits is let in when they go")
  func ownAddress() async throws {
    try await TestCoordinator.with { coordinator in
      let (agent, late) = (try await coordinator.host("h1"), try await coordinator.host("h2"))
      try await agent.connect()
      try await coordinator.waitUntilReady("h1")
      let limit = ConnectionLimiter.Limits.link.strangersPerAddress
      let strangers = try await open(limit + 20, from: 1, to: coordinator.transports.port, staying: limit)
      #expect(try await coordinator.hostState("h1") == "ready")
      #expect(await agent.openConnections == 1)
      for socket in strangers { socket.close() }
      try await eventually("h2 is let in") {
        if await late.openConnections == 0 { try await late.connect() }
        return try await coordinator.hostState("h2") == "ready"
      }
      for agent in [agent, late] { await agent.disconnect() }
    }
  }
}

/// A connection to a port of this machine, from an address of the test's choice, that says nothing.
private final class StrangersSocket {
  private let descriptor: Int32
  private var isOpen = true

  /// Connects from 127.0.0.`last`.
  init(from last: UInt8, to port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let descriptor = descriptor
    func address(_ last: UInt8, _ port: Int) -> sockaddr_in {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = UInt16(port).bigEndian
      address.sin_addr.s_addr = (UInt32(0x7F00_0000) + UInt32(last)).bigEndian
      return address
    }
    func call(_ address: sockaddr_in, _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Bool {
      withUnsafePointer(to: address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          body(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
    }
    let isConnected = call(address(last, 0)) { bind($0, $1, $2) } && call(address(1, port)) { connect($0, $1, $2) }
    guard isConnected else {
      close()
      throw FleetError(.unreachable, "port \(port) is not connected to: \(String(cString: strerror(errno)))")
    }
  }

  deinit { close() }

  /// Whether the other side has ended it.
  var isClosed: Bool {
    guard isOpen else { return true }
    var byte: UInt8 = 0
    let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
    return count == 0 || count < 0 && errno != EAGAIN
  }

  func close() {
    guard isOpen else { return }
    isOpen = false
    Foundation.close(descriptor)
  }
}
