import Testing

@testable import Libvirt

@Suite("Handles")
struct HandleTests {
  @Test("a connection is freed once nothing uses it")
  func freed() async throws {
    weak var seen: Connection?
    do {
      let connection = try TestDriver.open()
      let domains = try connection.domains()
      let networks = try connection.networks()
      let pools = try connection.storagePools()
      let subscription = try connection.subscribe()
      seen = connection
      withExtendedLifetime((domains, networks, pools, subscription)) { #expect(seen != nil) }
    }
    // Let go on a thread of its own.
    #expect(await eventually { seen == nil })
  }

  @Test("what callbacks fill is freed with the subscription, for every kind", arguments: Event.Kind.allCases)
  func sinkFreed(kind: Event.Kind) async throws {
    weak var seen: EventSink?
    do {
      let subscription = try TestDriver.open().subscribe(to: [kind])
      seen = subscription.events.sink
      #expect(seen != nil)
    }
    #expect(await eventually { seen == nil })
  }

  // `test:///default` is one state for all connections of a process, and starts anew when the last
  // closes. Other tests that open it let go at once.
  @Test("libvirt itself closes the connection when the last handle goes")
  func closed() async throws {
    do {
      let connection = try Connection.open(uri: "test:///default")
      let subscription = try connection.subscribe()
      let probe = try connection.define(xml: TestDriver.domain(named: "probe"))
      #expect(try connection.domains().map(\.name).contains("probe"))
      withExtendedLifetime((subscription, probe)) {}
    }
    #expect(
      try await eventually {
        try !Connection.open(uri: "test:///default").domains().map(\.name).contains("probe")
      })
  }

  @Test("a connection is used by many threads at once")
  func manyThreads() async throws {
    let connection = try TestDriver.open()
    try await withThrowingTaskGroup { group in
      for index in 0..<16 {
        group.addTask {
          let domain = try connection.define(xml: TestDriver.domain(named: "d\(index)"))
          for _ in 0..<10 {
            try domain.create()
            _ = try connection.domains()
            _ = try connection.allDomainStats()
            #expect(throws: LibvirtError.self) { try connection.domain(named: "nobody\(index)") }
            try domain.destroy()
          }
          try domain.undefine()
        }
      }
      try await group.waitForAll()
    }
    #expect(try connection.domains().map(\.name) == ["running"])
  }
}
