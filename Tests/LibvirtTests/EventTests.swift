import Foundation
import Libvirt
import Testing

@Suite("Events")
struct EventTests {
  @Test("a domain's life arrives in order")
  func domainLife() async throws {
    let connection = try TestDriver.open()
    let subscription = try connection.subscribe()
    let domain = try connection.define(xml: TestDriver.domain(named: "web-1"))
    try domain.create()
    try domain.suspend()
    try domain.resume()
    try domain.destroy()
    try domain.undefine()
    let seen = await events(of: subscription.events) { event in
      if case .domainLifecycle(_, let lifecycle) = event { lifecycle.change == .undefined } else { false }
    }
    let lives = seen.compactMap { event in
      if case .domainLifecycle(domain.identity, let lifecycle) = event { lifecycle } else { nil }
    }
    #expect(lives.map(\.change) == [.defined, .started, .suspended, .resumed, .stopped, .undefined])
    #expect(lives.map(\.detail) == [.added, .booted, .paused, .unpaused, .destroyed, .removed])
  }

  @Test("networks and pools tell of themselves")
  func networksAndPools() async throws {
    let connection = try TestDriver.open()
    let subscription = try connection.subscribe(to: [.networkLifecycle, .poolLifecycle])
    #expect(subscription.unsupported.isEmpty)
    let network = try connection.network(named: "default")
    let pool = try connection.storagePool(named: "default-pool")
    try network.destroy()
    try pool.destroy()
    let seen = await events(of: subscription.events) { $0 == .poolLifecycle(pool.identity, .stopped) }
    #expect(Set(seen) == [.networkLifecycle(network.identity, .stopped), .poolLifecycle(pool.identity, .stopped)])
  }

  @Test("metadata of ours that changes is told with its namespace")
  func metadata() async throws {
    let connection = try TestDriver.open()
    let subscription = try connection.subscribe(to: [.metadataChanged])
    try #require(!subscription.unsupported.contains(.metadataChanged))
    let domain = try connection.domain(named: "running")
    try domain.setMetadata("<mark/>", prefix: "m", namespace: "urn:test:mark", scope: .live)
    let wanted = Event.metadataChanged(domain.identity, namespace: "urn:test:mark")
    #expect(await events(of: subscription.events) { $0 == wanted } == [wanted])
  }

  @Test("lost events are said aloud, before the ones that had room")
  func overflow() async throws {
    let connection = try TestDriver.open()
    let narrow = try connection.subscribe(to: [.networkLifecycle], capacity: 2)
    let marks = try Marks(connection)
    let network = try connection.network(named: "default")
    for _ in 0..<5 {
      try network.destroy()
      try network.create()
    }
    try await marks.waitUntilDelivered()
    narrow.cancel()
    let left = await events(of: narrow.events) { _ in false }
    #expect(
      left == [
        .overflow(lost: 8), .networkLifecycle(network.identity, .stopped),
        .networkLifecycle(network.identity, .started),
      ])
  }

  @Test("after an overflow was read, the next one is said anew")
  func overflowTwice() async throws {
    let connection = try TestDriver.open()
    let narrow = try connection.subscribe(to: [.networkLifecycle], capacity: 1)
    let marks = try Marks(connection)
    let network = try connection.network(named: "default")
    var reader = narrow.events.makeAsyncIterator()
    for _ in 0..<2 {
      try network.destroy()
      try network.create()
      try await marks.waitUntilDelivered()
      #expect(await reader.next() == .overflow(lost: 1))
      #expect(await reader.next() == .networkLifecycle(network.identity, .stopped))
    }
  }

  /// Knows when libvirt has delivered all events so far, by making one more and waiting for it.
  private struct Marks {
    let pool: StoragePool
    let subscription: EventSubscription

    init(_ connection: Connection) throws {
      pool = try connection.storagePool(named: "default-pool")
      subscription = try connection.subscribe(to: [.poolLifecycle])
    }

    func waitUntilDelivered() async throws {
      try pool.destroy()
      try pool.create()
      let mark = Event.poolLifecycle(pool.identity, .started)
      #expect(await events(of: subscription.events) { $0 == mark }.last == mark)
    }
  }

  @Test("a kind that a connection tells already is refused to another subscription")
  func oneSubscriptionPerKind() throws {
    let connection = try TestDriver.open()
    let first = try connection.subscribe(to: [.domainLifecycle])
    let error = try #require(throws: LibvirtError.self) {
      try connection.subscribe(to: [.networkLifecycle, .domainLifecycle])
    }
    #expect(error.code == .invalidArgument)
    // What the refused one had registered is free again.
    let second = try connection.subscribe(to: [.networkLifecycle])
    withExtendedLifetime((first, second)) {}
  }

  @Test("a cancelled subscription ends, and the connection goes on")
  func cancel() async throws {
    let connection = try TestDriver.open()
    let subscription = try connection.subscribe()
    subscription.cancel()
    subscription.cancel()
    #expect(await events(of: subscription.events) { _ in false }.isEmpty)
    #expect(connection.isAlive)
    let again = try connection.subscribe(to: [.domainLifecycle])
    let domain = try connection.define(xml: TestDriver.domain(named: "web-1"))
    let seen = await events(of: again.events) { _ in true }
    #expect(seen == [.domainLifecycle(domain.identity, DomainLifecycle(rawEvent: 0, rawDetail: 0))])
  }

  @Test("many starts of the event loop make one")
  func startAgain() async throws {
    try await withThrowingTaskGroup { group in
      for _ in 0..<8 { group.addTask { try EventLoop.start() } }
      try await group.waitForAll()
    }
    #expect(await eventually { Self.eventThreads() == 1 })
    #expect(Self.eventThreads() == 1)
  }

  /// How many threads of this process turn libvirt's event loop.
  private static func eventThreads() -> Int {
    let folder = "/proc/self/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return threads.count { thread in
      (try? String(contentsOfFile: "\(folder)/\(thread)/comm", encoding: .utf8)) == "libvirt-events\n"
    }
  }
}
