import Fleet
import FleetTestKit
import SimulationKit
import Store
import Synchronization
import Testing

@testable import Coordinator

@Suite("Reports of hosts are written down")
struct ReportWritesTests {
  private let home: TemporaryDirectory
  private let clock = ManualClock()
  private let host = Host.sample("h1", id: .sample(101))

  init() throws {
    home = try TemporaryDirectory()
  }

  private func life() async throws -> LedgerLife {
    let path = home.path + "/fleet.sqlite"
    let store = try FleetStore.create(at: path, identity: .ledger)
    try await store.commit { [host] in try $0.insertHost(host) }
    return try await LedgerLife(store, SeededRandomSource(seed: 3), clock)
  }

  private func report(_ life: LedgerLife, _ states: [DomainState]) async {
    let now = clock.now()
    let domains = states.enumerated().map { number, state in
      var domain = ObservedDomain.unmanaged("pet-\(number)", id: .sample(UInt64(number + 1)), state: state)
      domain.seenAt = now
      return domain
    }
    await life.inventory.update(host.id) { $0.report(all: domains, ofLibvirtSince: .sample, at: now) }
  }

  @Test("of a report that the store has only the time is written")
  func unchanged() async throws {
    let life = try await life()
    await report(life, [.running, .stopped])
    try await life.streamHandler.saveReport(of: host.id)
    let first = try #require(try await life.store.read { try $0.reports() }.first)
    #expect(await life.inventory.view.hosts[host.id]?.isStored == true)

    clock.advance(seconds: 60)
    await report(life, [.running, .stopped])
    try await life.streamHandler.saveReport(of: host.id)
    let second = try #require(try await life.store.read { try $0.reports() }.first)
    #expect(second.bytes == first.bytes && second.at == first.at.adding(seconds: 60))

    await report(life, [.running, .running])
    try await life.streamHandler.saveReport(of: host.id)
    #expect(try await life.store.read { try $0.reports() }.first?.bytes != first.bytes)

    let next = try await LedgerLife(life.store, SeededRandomSource(seed: 4), clock)
    #expect(await next.inventory.view.hosts[host.id]?.isStored == true)
  }

  @Test("a report that is not written makes the stored one no newer")
  func unwritten() async throws {
    let life = try await life()
    await report(life, [.stopped])
    try await life.streamHandler.saveReport(of: host.id)
    let written = clock.now()
    clock.advance(seconds: 60)
    await report(life, [.running])
    try await life.streamHandler.confirmReport(of: host.id)
    #expect(try await life.store.read { try $0.reports() }.first?.at == written)
    try await life.streamHandler.saveReport(of: host.id)
    clock.advance(seconds: 60)
    await life.inventory.update(host.id) { [clock] in $0.domainsAt = clock.now() }
    try await life.streamHandler.confirmReport(of: host.id)
    #expect(try await life.store.read { try $0.reports() }.first?.at == clock.now())
  }

  @Test("what a new stream asks for while the earlier one ends is written too")
  func overlap() async throws {
    let count = Mutex(0)
    let (begun, begin) = AsyncStream.makeStream(of: Void.self)
    let (released, release) = AsyncStream.makeStream(of: Void.self)
    let writes = ReportWrites(interval: .seconds(3_600)) { Issue.record($0) }
    @Sendable func write() async throws { count.withLock { $0 += 1 } }
    await writes.write(host.id, write)
    // Within the interval: it waits until the stream ends, and then takes its time.
    await writes.write(host.id) {
      try await write()
      begin.yield()
      for await _ in released { break }
    }
    let ending = Task { [host] in await writes.finish(host.id) }
    for await _ in begun { break }
    await writes.write(host.id, write)
    release.yield()
    await ending.value
    #expect(count.withLock { $0 } == 2)
    await writes.finish(host.id)
    #expect(count.withLock { $0 } == 3)
    await writes.finish(host.id)
    #expect(count.withLock { $0 } == 3)
  }
}
