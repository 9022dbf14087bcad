import Dispatch
import Fleet
import FleetTestKit
import GRPCCore
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("Agents are heard apart from being worked on")
struct AgentReadingTests {
  private let home: TemporaryDirectory
  private let clock = ManualClock()
  private let life: LedgerLife

  init() async throws {
    home = try TemporaryDirectory()
    let store = try FleetStore.create(at: home.path + "/fleet.sqlite", identity: .ledger)
    life = try await LedgerLife(store, SeededRandomSource(seed: 3), clock)
  }

  /// One agent's stream, as the coordinator serves it.
  private struct Stream {
    let session: AgentConnection
    let post: AsyncThrowingStream<Roost_V1_AgentMessage, any Error>.Continuation
    let serving: Task<Void, any Error>

    func send(_ content: Roost_V1_AgentMessage.OneOf_Content) { post.yield(.with { $0.content = content }) }
  }

  private func stream(of host: Host) async -> Stream {
    let session = await life.streamHandler.sessions.session(for: host.id)
    let (messages, post) = AsyncThrowingStream.makeStream(of: Roost_V1_AgentMessage.self)
    let handler = life.streamHandler
    let serving = Task {
      try await handler.exchange(session, host, RPCAsyncSequence(wrapping: messages), "") { _ in }
    }
    return Stream(session: session, post: post, serving: serving)
  }

  private static func hello(of host: Host) -> Roost_V1_AgentMessage.OneOf_Content {
    .hello(
      .with {
        $0.hostName = host.name
        $0.machineUuid = host.machineID
        $0.host = HostFacts.sample(host.name).message
        $0.libvirt = LibvirtState(isConnected: true, since: .sample).message
        $0.domains = (1...5 as ClosedRange<UInt64>).map { number in
          ObservedDomain.unmanaged("pet-\(number)", id: .sample(host.id.value.low % 1_000 * 10 + number)).message
        }
      })
  }

  private static let statistics = Roost_V1_AgentMessage.OneOf_Content.statistics(
    UsageReport(at: .sample, load: 1, memoryFree: .gibibytes(1)).message)

  @Test("while the store hangs, agents are welcomed and heard, and none counts as silent")
  func slowStore() async throws {
    let hosts = (1...24 as ClosedRange<UInt64>).map { Host.sample("h\($0)", id: .sample($0)) }
    try await life.store.commit { transaction in for host in hosts { try transaction.insertHost(host) } }
    let (store, hang) = (life.store, DispatchSemaphore(value: 0))
    let hanging = Task { try await store.commit { _ in hang.wait() } }
    var streams: [Stream] = []
    for host in hosts { streams.append(await stream(of: host)) }
    for (host, stream) in zip(hosts, streams) { stream.send(Self.hello(of: host)) }
    try await eventually("all are welcomed") { streams.allSatisfy(\.session.isWelcomed) }
    try await eventually("all are ready") {
      let view = await life.inventory.view
      return hosts.allSatisfy { view.hosts[$0.id]?.isCurrent == true }
    }
    for stream in streams {
      for _ in 0..<10 { stream.session.countSilentInterval() }
      #expect(stream.session.silence > .seconds(30))
      stream.send(Self.statistics)
    }
    try await eventually("all are heard") { streams.allSatisfy { $0.session.silence == .zero } }
    // One that sends more than there is room for is read no further, which is no silence of its own.
    for _ in 0..<1_000 { streams[0].send(Self.statistics) }
    try await eventually("it is read no further") {
      streams[0].session.countSilentInterval()
      return streams[0].session.silence == .zero
    }
    hang.signal()
    try await hanging.value
    for stream in streams { stream.post.finish() }
    for stream in streams { try await stream.serving.value }
    let view = await life.inventory.view
    #expect(hosts.allSatisfy { view.hosts[$0.id]?.measurement?.load == 1 })
  }

  @Test("a report is as old as its reading, however long it waits to be worked on")
  func ages() async throws {
    let host = Host.sample("h1", id: .sample(1))
    try await life.store.commit { try $0.insertHost(host) }
    let (store, hang) = (life.store, DispatchSemaphore(value: 0))
    let hanging = Task { try await store.commit { _ in hang.wait() } }
    let read = clock.now()
    let stream = await stream(of: host)
    stream.send(Self.hello(of: host))
    try await eventually("it is welcomed") { stream.session.isWelcomed }
    stream.session.countSilentInterval()
    stream.send(Self.statistics)
    try await eventually("the statistics are read") { stream.session.silence == .zero }
    #expect(await life.inventory.view.hosts[host.id]?.measurement == nil)
    clock.advance(seconds: 600)
    hang.signal()
    try await hanging.value
    stream.post.finish()
    try await stream.serving.value
    let entry = try #require(await life.inventory.view.hosts[host.id])
    #expect(entry.measurement?.at == read)
    #expect(entry.seenAt == read && entry.domainsAt == read)
  }

  @Test("a stream ends when its writer fails, while its work and its reader still wait")
  func failingWriter() async throws {
    let host = Host.sample("h1", id: .sample(1))
    try await life.store.commit { try $0.insertHost(host) }
    let (store, hang) = (life.store, DispatchSemaphore(value: 0))
    let hanging = Task { try await store.commit { _ in hang.wait() } }
    let session = await life.streamHandler.sessions.session(for: host.id)
    let (messages, post) = AsyncThrowingStream.makeStream(of: Roost_V1_AgentMessage.self)
    let (handler, gone) = (life.streamHandler, FleetError(.unreachable, "the agent is gone"))
    let (written, write) = AsyncStream.makeStream(of: Void.self)
    let serving = Task {
      try await handler.exchange(session, host, RPCAsyncSequence(wrapping: messages), "") { _ in
        write.yield()
        throw gone
      }
    }
    post.yield(.with { $0.content = Self.hello(of: host) })
    for _ in 0..<1_000 { post.yield(.with { $0.content = Self.statistics }) }
    for await _ in written { break }
    hang.signal()
    try await hanging.value
    await #expect(throws: gone) { try await serving.value }
  }

  @Test("a stream ends when its task is cancelled, while its reader waits for room")
  func cancelled() async throws {
    let host = Host.sample("h1", id: .sample(1))
    try await life.store.commit { try $0.insertHost(host) }
    let (store, hang) = (life.store, DispatchSemaphore(value: 0))
    let hanging = Task { try await store.commit { _ in hang.wait() } }
    let stream = await stream(of: host)
    stream.send(Self.hello(of: host))
    for _ in 0..<1_000 { stream.send(Self.statistics) }
    try await eventually("it is read no further") {
      stream.session.countSilentInterval()
      return stream.session.silence == .zero
    }
    stream.serving.cancel()
    hang.signal()
    try await hanging.value
    _ = await stream.serving.result
  }

  @Test("messages wait in their order, and only so many as the limit allows")
  func bounded() async throws {
    let inbox = AgentInbox()
    for _ in 0..<Int(AgentInbox.limit) - 1 { inbox.put(Self.statistics, cost: 1, at: .sample) }
    #expect(!inbox.isFull)
    inbox.put(.libvirt(.init()), cost: 1, at: .sample)
    #expect(inbox.isFull)
    let waiting = Task { await inbox.waitForRoom() }
    #expect(inbox.count == Int(AgentInbox.limit))
    for _ in 0..<Int(AgentInbox.limit) - 1 { #expect(try await inbox.next()?.content == Self.statistics) }
    await waiting.value
    inbox.finish(.success(()))
    #expect(try await inbox.next()?.content == .libvirt(.init()))
    #expect(try await inbox.next() == nil)
  }

  @Test("large messages take the room of many, whatever they cost")
  func large() async throws {
    let inbox = AgentInbox()
    inbox.put(.libvirt(.init()), cost: 1, size: Int(AgentInbox.limit * AgentInbox.bytes), at: .sample)
    #expect(inbox.isFull)
    #expect(try await inbox.next()?.cost == 1)
    #expect(!inbox.isFull)
    inbox.put(.libvirt(.init()), cost: 1, size: 100, at: .sample)
    #expect(!inbox.isFull)
  }

  @Test("a stream that breaks ends the work; one that is closed lets nobody wait")
  func broken() async throws {
    let inbox = AgentInbox()
    inbox.put(Self.statistics, cost: 1_000, at: .sample)
    inbox.finish(.failure(FleetError(.unreachable, "reset")))
    await #expect(throws: FleetError(.unreachable, "reset")) { _ = try await inbox.next() }
    let full = AgentInbox()
    full.put(Self.statistics, cost: 1_000, at: .sample)
    let reader = Task { await full.waitForRoom() }
    full.close()
    await reader.value
    await #expect(throws: CancellationError.self) { _ = try await full.next() }
  }

  @Test("a few at a time pass, in their order; who is cancelled waits no longer")
  func semaphore() async throws {
    let semaphore = AsyncSemaphore(2)
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let (passed, pass) = AsyncStream.makeStream(of: Int.self)
    var tasks: [Task<Void, any Error>] = []
    for number in 0..<4 {
      tasks.append(
        Task {
          try await semaphore.pass {
            pass.yield(number)
            for await _ in gate { break }
          }
        })
      try await eventually { semaphore.waiting == max(0, number - 1) }
    }
    tasks[2].cancel()
    await #expect(throws: CancellationError.self) { try await tasks[2].value }
    #expect(semaphore.waiting == 1)
    open.finish()
    for number in [0, 1, 3] { try await tasks[number].value }
    pass.finish()
    #expect(await passed.reduce(into: Set<Int>()) { $0.insert($1) } == [0, 1, 3])
  }

  @Test("digests and the ends of streams of hosts that came together are spread")
  func spread() {
    let source = SeededRandomSource(seed: 9)
    let ids = (0..<200).map { _ in HostID(from: source) }
    let seconds = Set(ids.map(AgentStreamHandler.digestSeconds(of:)))
    #expect(seconds.count == 11 && seconds.allSatisfy { 55...65 ~= $0 })
    let ends = Set(ids.map(AgentStreamHandler.longestStream(of:)))
    #expect(ends.count > 150 && ends.allSatisfy { $0 < .seconds(23 * 3_600) })
  }

  @Test("digests that are kept are those of the domains, whatever was reported")
  func digests() {
    var entry = HostEntry(host: .sample())
    func check() { #expect(entry.currentDigests() == entry.domains.mapValues(\.digest)) }
    let (one, two) = (ObservedDomain.unmanaged("one", id: .sample(1)), ObservedDomain.unmanaged("two", id: .sample(2)))
    check()
    entry.report(all: [one, two], ofLibvirtSince: .sample, at: .sample)
    check()
    entry.report(changed: [.unmanaged("uno", id: .sample(1))], removed: [.sample(2)], at: .sample)
    check()
    entry.domains[.sample(2)] = two
    entry.report(changed: [one], removed: [], at: .sample)
    check()
  }
}
