import Fleet
import FleetTestKit
import Logging
import SimulationKit
import Testing

@testable import Agent

@Suite("Domains that were moved to another host")
struct MovedDomainsTests {
  private static func domain(_ state: DomainState, isMovedAway: Bool = false) -> ObservedDomain {
    var domain = ObservedDomain.unmanaged("web", id: .sample(1))
    (domain.state, domain.isMovedAway) = (state, isMovedAway)
    return domain
  }

  @Test("known over restarts of libvirt and agent, until it runs here or is gone")
  func kept() throws {
    let directory = try TemporaryDirectory()
    let state = StateDirectory(directory.path + "/state")
    try state.prepare()
    let moved = MovedDomains(state)
    #expect(!moved.completed(Self.domain(.stopped)).isMovedAway)
    #expect(moved.completed(Self.domain(.stopped, isMovedAway: true)).isMovedAway)
    #expect(moved.completed(Self.domain(.stopped)).isMovedAway)
    #expect(MovedDomains(state).completed(Self.domain(.stopped)).isMovedAway)
    #expect(!moved.completed(Self.domain(.running)).isMovedAway)
    #expect(!MovedDomains(state).completed(Self.domain(.stopped)).isMovedAway)
    _ = moved.completed(Self.domain(.stopped, isMovedAway: true))
    moved.forget(.sample(1))
    #expect(!moved.completed(Self.domain(.stopped)).isMovedAway)
  }

  @Test("a damaged file is logged once, with what it means; a missing one is not")
  func logged() throws {
    let directory = try TemporaryDirectory()
    let state = StateDirectory(directory.path + "/state")
    try state.prepare()
    let log = ErrorLog()
    let logger = log.logger("test", from: .warning)
    _ = MovedDomains(state, logger: logger)
    _ = MovedDomains(nil, logger: logger)
    #expect(log.messages.isEmpty)
    try directory.write("state/moved.json", "[1")
    let moved = MovedDomains(state, logger: logger)
    for _ in 0..<3 { _ = moved.completed(Self.domain(.stopped)) }
    try #require(log.messages.count == 1)
    #expect(log.messages[0].contains("/state/moved.json is damaged") && log.messages[0].contains("moved from here"))
    _ = moved.completed(Self.domain(.stopped, isMovedAway: true))
    _ = MovedDomains(state, logger: logger)
    #expect(log.messages.count == 1, "the next message repairs the file")
  }

  @Test("a damaged file is as none, and one without a directory keeps what it heard")
  func damaged() throws {
    let directory = try TemporaryDirectory()
    let state = StateDirectory(directory.path + "/state")
    try state.prepare()
    try directory.write("state/moved.json", "[1")
    #expect(!MovedDomains(state).completed(Self.domain(.stopped)).isMovedAway)
    let moved = MovedDomains()
    _ = moved.completed(Self.domain(.stopped, isMovedAway: true))
    #expect(moved.completed(Self.domain(.stopped)).isMovedAway)
  }
}
