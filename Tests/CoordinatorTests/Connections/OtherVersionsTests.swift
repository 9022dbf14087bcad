import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("Agents of other versions")
struct OtherVersionsTests {
  /// A field that no version knows yet: number 15000, with four bytes.
  private static let unknownField: [UInt8] = [0xC2, 0xA9, 0x07, 0x04, 1, 2, 3, 4]

  /// The message with a field of the future in it.
  private static func newer<Message: SwiftProtobuf.Message>(_ message: Message) -> Message {
    guard let bytes: [UInt8] = try? message.serializedBytes(),
      let newer = try? Message(serializedBytes: bytes + unknownField)
    else { return message }
    return newer
  }

  /// Leaves of a hello what the first release had in it.
  private static func older(_ hello: inout Roost_V1_Hello) {
    hello.clearMark()
    hello.nonce = ""
    hello.host.offers = []
    hello.host.clearTrust()
    hello.host.imageDirProblem = ""
    hello.host.networkFolders = []
    hello.libvirt.stuck = []
  }

  @Test("an agent of the first release works; what it does not know is refused")
  func firstRelease() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.host("h1") { action in
        guard case .recover = action.work else { return .obey }
        return .refuse(FleetError(.invalid, "the field work is missing"))
      }
      await agent.greet(Self.older)
      try await agent.connect()
      try await coordinator.waitUntilReady("h1")
      let vm = try await coordinator.made("web-1", start: true)
      #expect(vm.state == "running")
      #expect(try await coordinator.ended(try await coordinator.power("web-1", .stop)).state == "done")
      await agent.remove(try #require(VMID(vm.id)))
      try await agent.reconnect()
      try await eventually("it is seen to be gone") { try await coordinator.vm("web-1").state == "failed" }
      let ended = try await coordinator.ended(try await coordinator.recover("web-1"))
      #expect(ended.state == "failed" && ended.failure.message == FleetError.olderAgent.message)
      #expect(ended.failure.hint == FleetError.olderAgent.hint)
      await agent.disconnect()
    }
  }

  @Test("a newer agent works: fields and messages of the future are passed over")
  func newer() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.host("h1")
      await agent.greet { hello in
        hello.host = Self.newer(hello.host)
        hello.domains = hello.domains.map(Self.newer)
        hello = Self.newer(hello)
      }
      try await agent.connect()
      try await coordinator.waitUntilReady("h1")
      await agent.post(Self.newer(Roost_V1_AgentMessage()))
      try await agent.waitUntilHeard()
      #expect(try await coordinator.made("web-1", start: true).state == "running")
      #expect(await agent.openConnections == 1)
      await agent.disconnect()
    }
  }
}
