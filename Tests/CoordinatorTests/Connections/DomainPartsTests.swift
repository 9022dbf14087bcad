import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("A host with very many domains")
struct DomainPartsTests {
  private static func domain(_ number: Int) -> ObservedDomain {
    .unmanaged(
      "vm-\(number)-" + String(repeating: "x", count: 240), id: .sample(UInt64(1000 + number)), state: .stopped)
  }

  private func count(_ coordinator: TestCoordinator) async throws -> Int {
    try await coordinator.local { client in
      try await Roost_V1_VMs.Client(wrapping: client).list(.with { $0.namesOnly = true }).vms.count
    }
  }

  private static func part(_ numbers: Range<Int>) -> Roost_V1_AgentMessage.OneOf_Content {
    .part(.with { $0.domains = numbers.map { domain($0).message } })
  }

  @Test("its hello and its whole report come in parts, and all its domains are there")
  func wire() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.host("h1")
      for number in 0..<3500 { await agent.put(Self.domain(number)) }
      let messages = await agent.domains.values.map(\.message)
      #expect(Roost_V1_AgentMessage.with { $0.hello.domains = messages }.inParts.count > 1)
      try await agent.connect()
      try await coordinator.waitUntilReady("h1")
      #expect(try await count(coordinator) == 3500)
      // A digest that differs is answered with everything.
      for number in 0..<200 { await agent.remove(Self.domain(number).id) }
      try await agent.waitUntilHeard()
      try await eventually("its report is whole") { try await count(coordinator) == 3300 }
      #expect(await agent.openConnections == 1)
      await agent.disconnect()
    }
  }

  @Test("a report is acted on when all its parts are there, and refused if they are not")
  func whole() throws {
    var parts = DomainParts()
    #expect(try parts.whole(.progress(.init())) == .progress(.init()))
    #expect(try parts.whole(Self.part(0..<2)) == nil)
    #expect(try parts.whole(.libvirt(.init())) == .libvirt(.init()))
    #expect(try parts.whole(Self.part(2..<3)) == nil)
    let hello = Roost_V1_Hello.with {
      $0.parts = 2
      $0.domains = [Self.domain(3).message]
    }
    guard case .hello(let whole)? = try parts.whole(.hello(hello)) else { throw FleetError(.internal, "no hello") }
    #expect(whole.domains == (0..<4).map { Self.domain($0).message })
    // The next report has parts of its own; a small change between them is none.
    #expect(try parts.whole(Self.part(5..<6)) == nil)
    let change = Roost_V1_DomainDelta.with { $0.removed = ["x"] }
    #expect(try parts.whole(.domains(change)) == .domains(change))
    let missing = Roost_V1_DomainDelta.with { ($0.complete, $0.parts) = (true, 2) }
    #expect(#expect(throws: FleetError.self) { _ = try parts.whole(.domains(missing)) }?.code == .invalid)
    var none = DomainParts()
    #expect(#expect(throws: FleetError.self) { _ = try none.whole(.domains(missing)) }?.code == .invalid)
    #expect(#expect(throws: FleetError.self) { _ = try none.whole(.hello(hello)) }?.code == .invalid)
  }

  @Test("parts are bounded in number, in bytes and in domains")
  func bounds() throws {
    var parts = DomainParts()
    for _ in 0..<DomainParts.mostParts { #expect(try parts.whole(.part(.init())) == nil) }
    #expect(#expect(throws: FleetError.self) { _ = try parts.whole(.part(.init())) }?.code == .exhausted)
    var many = DomainParts()
    let domains = Roost_V1_DomainPart.with { $0.domains = Array(repeating: .init(), count: HostQuota.domains) }
    #expect(try many.whole(.part(domains)) == nil)
    #expect(#expect(throws: FleetError.self) { _ = try many.whole(Self.part(0..<1)) }?.code == .exhausted)
    var large = DomainParts()
    let big = Roost_V1_DomainPart.with { part in
      part.domains = [.with { $0.unreadReason = String(repeating: "x", count: 20 << 20) }]
    }
    #expect(try large.whole(.part(big)) == nil)
    #expect(#expect(throws: FleetError.self) { _ = try large.whole(.part(big)) }?.code == .exhausted)
  }
}
