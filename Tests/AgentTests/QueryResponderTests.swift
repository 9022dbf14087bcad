import Fleet
import FleetTestKit
import Foundation
import SimulationKit
import Testing

@testable import Agent

@Suite("Answering questions")
struct QueryResponderTests {
  @Test("each path below what the host lends is told for what it is, in order")
  func files() async throws {
    let fixture = try await AgentFixture()
    let folder = fixture.directory.path
    try fixture.grant("disk_roots = [\"\(folder)\"]")
    try fixture.directory.write("disk.img", "12345")
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "\(folder)/disk.img")
    let paths = ["link", "nothing", "disk.img", "disk.img/below", ""].map { "\(folder)/\($0)" } + ["/etc/passwd"]
    guard case .files(var facts) = try await fixture.ask(.files(paths)) else {
      Issue.record("files were asked for")
      return
    }
    #expect(facts[0].identity == facts[2].identity && !facts[0].identity.isEmpty, "one file by two paths")
    for index in facts.indices { facts[index].identity = "" }
    #expect(
      facts
        == [
          FileStatus(path: paths[0], kind: .regular, size: ByteCount(bytes: 5)),
          FileStatus(path: paths[1], kind: .missing),
          FileStatus(path: paths[2], kind: .regular, size: ByteCount(bytes: 5)),
          FileStatus(path: paths[3], kind: .missing),
          FileStatus(path: paths[4], kind: .directory), FileStatus(path: paths[5], kind: .hidden),
        ])
  }

  @Test("what the host does not lend is hidden, whether it is there or not")
  func hidden() async throws {
    let fixture = try await AgentFixture(lendsAll: false)
    let paths = [
      "/etc/shadow", "/nowhere", "\(fixture.state.path)/lock", "\(fixture.disks.imageDirectory)/../state/lock",
    ]
    #expect(try await fixture.ask(.files(paths)) == .files(paths.map { FileStatus(path: $0, kind: .hidden) }))
  }

  @Test("the host's devices are told, lent or not, and files below /dev are hidden")
  func devices() async throws {
    let fixture = try await AgentFixture(lendsAll: false)
    let paths = ["/dev/null", "/dev/dri/renderD999", "/dev", "/dev/shm/secret", "/dev/fd/0", "/dev/../etc/passwd"]
    let kinds: [FileStatus.Kind] = [.other, .missing, .hidden, .hidden, .hidden, .hidden]
    #expect(
      try await fixture.ask(.files(paths)) == .files(zip(paths, kinds).map { FileStatus(path: $0, kind: $1) }))
  }

  @Test("the document of another fleet's domain is not told")
  func anothersDocument() async throws {
    let fixture = try await AgentFixture()
    let mark = VMMark(fleetID: "another", vmID: .sample(1), revision: 1, allocations: Allocations())
    fixture.hypervisor.edit { state in
      state.domains[.sample(1)] = .unmanaged("pet", id: .sample(1))
      state.domains[.sample(1)]?.mark = mark
    }
    let error = await #expect(throws: FleetError.self) { try await fixture.ask(.document(.sample(1))) }
    #expect(error?.code == .denied)
    fixture.hypervisor.edit { $0.domains[.sample(1)]?.mark = nil }
    _ = try await fixture.ask(.document(.sample(1)))
  }

  @Test("a domain's documents are what libvirt has: the live one only while it runs")
  func documents() async throws {
    let fixture = try await AgentFixture()
    await fixture.run(.provision(AgentFixture.provision(AgentFixture.spec())), id: 1)
    let text = try #require(fixture.hypervisor.document(.sample(1)))
    #expect(try await fixture.ask(.document(.sample(1))) == .document(DomainDocuments(saved: text, live: nil)))
    await fixture.run(.power(.sample(1), .start, force: false, timeoutSeconds: 1), id: 2)
    #expect(try await fixture.ask(.document(.sample(1))) == .document(DomainDocuments(saved: text, live: text)))
  }

  @Test("a domain that is not there, and a libvirt that does not answer, are answers too")
  func failures() async throws {
    let fixture = try await AgentFixture()
    let missing = await #expect(throws: FleetError.self) { try await fixture.ask(.document(.sample(9))) }
    #expect(missing?.code == .notFound)
    fixture.hypervisor.edit { $0.failures["document"] = FleetError(.unreachable, "away", retryable: true) }
    let away = await #expect(throws: FleetError.self) { try await fixture.ask(.document(.sample(9))) }
    #expect(away?.code == .unreachable && away?.retryable == true)
  }
}

extension AgentFixture {
  fileprivate func ask(_ content: HostQuery.Content) async throws -> HostAnswer.Content {
    let answer = await (try responder).answer(HostQuery(id: .sample(1), content: content))
    #expect(answer.id == .sample(1))
    return try answer.result.get()
  }
}
