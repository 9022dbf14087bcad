import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SwiftProtobuf
import Testing

@Suite("What a host with very many domains says")
struct AgentPartsTests {
  private static func domains(_ count: Int) -> [Roost_V1_Domain] {
    (0..<count).map { number in
      .with {
        $0.uuid = VMID.sample(UInt64(number)).description
        $0.name = "vm-\(number)"
        $0.unreadReason = String(repeating: "x", count: 900)
      }
    }
  }

  private static func size(_ message: some SwiftProtobuf.Message) throws -> Int {
    (try message.serializedBytes() as [UInt8]).count
  }

  @Test("a hello and a complete delta of 2,000 domains have parts of at most 1 MiB")
  func parts() throws {
    let domains = Self.domains(2000)
    let hello = Roost_V1_AgentMessage.with {
      $0.hello.hostName = "h1"
      $0.hello.domains = domains
    }
    let delta = Roost_V1_AgentMessage.with {
      $0.domains.complete = true
      $0.domains.libvirtSince = 7
      $0.domains.changed = domains
    }
    for message in [hello, delta] {
      #expect(try Self.size(message) > 1 << 20)
      let parts = message.inParts
      #expect(parts.count > 2)
      for part in parts { #expect(try Self.size(part) <= 1 << 20) }
      #expect(parts.dropLast().flatMap(\.part.domains) == domains)
    }
    let last = try #require(hello.inParts.last).hello
    #expect(last.hostName == "h1" && last.domains.isEmpty && Int(last.parts) == hello.inParts.count - 1)
    let end = try #require(delta.inParts.last).domains
    #expect(end.complete && end.libvirtSince == 7 && end.changed.isEmpty)
    #expect(Int(end.parts) == delta.inParts.count - 1)
  }

  @Test("a large delta that is not complete becomes several that every coordinator takes")
  func deltas() throws {
    let domains = Self.domains(2000)
    let delta = Roost_V1_AgentMessage.with {
      $0.domains.changed = domains
      $0.domains.removed = ["a", "b"]
    }
    let parts = delta.inParts
    #expect(parts.count > 1)
    #expect(parts.flatMap(\.domains.changed) == domains)
    #expect(parts.map(\.domains.removed) == [["a", "b"]] + parts.dropFirst().map { _ in [] })
    #expect(parts.allSatisfy { !$0.domains.complete && $0.domains.parts == 0 })
  }

  @Test("what fits into one message stays one")
  func whole() {
    let hello = Roost_V1_AgentMessage.with { $0.hello.domains = Self.domains(100) }
    #expect(hello.inParts == [hello])
    let digest = Roost_V1_AgentMessage.with { $0.digest.failure = String(repeating: "x", count: 2 << 20) }
    #expect(digest.inParts == [digest])
  }
}
