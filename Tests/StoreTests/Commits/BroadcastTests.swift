import Fleet
import FleetTestKit
import Store
import Testing

@Suite("A broadcast")
struct BroadcastTests {
  private let broadcast = Broadcast<Int>()

  @Test("whoever listens late hears its first value and what comes from then on")
  func late() async {
    broadcast.send(1)
    let plain = broadcast.values(buffering: 8)
    let begun = broadcast.values(buffering: 8, beginningWith: 1)
    broadcast.send(2)
    broadcast.finish()
    #expect(await plain.all == [2])
    #expect(await begun.all == [1, 2])
  }

  @Test("whoever is slow loses the oldest values, and holds nobody up")
  func slow() async {
    let slow = broadcast.values(buffering: 2)
    let patient = broadcast.values(buffering: 100)
    for number in 1...100 { broadcast.send(number) }
    broadcast.finish()
    #expect(await slow.all == [99, 100])
    #expect(await patient.all == Array(1...100))
  }

  @Test("a value that is not wanted takes no place of one that is")
  func filter() async {
    let even = broadcast.values { $0.isMultiple(of: 2) }
    broadcast.send(2)
    broadcast.send(3)
    broadcast.finish()
    #expect(await even.all == [2])
  }

  @Test("whoever listens after the end finds it ended")
  func finished() async {
    broadcast.finish()
    broadcast.send(1)
    #expect(await broadcast.values().all == [])
    #expect(await broadcast.values(beginningWith: 7).all == [7])
    #expect(broadcast.listenerCount == 0)
  }

  @Test("many get all values in one order, and are forgotten when they stop")
  func many() async throws {
    let streams = (0..<50).map { _ in broadcast.values(buffering: 1000) }
    #expect(broadcast.listenerCount == 50)
    await withTaskGroup(of: Void.self) { group in
      for sender in 0..<10 {
        group.addTask { for number in 0..<100 { broadcast.send(sender * 100 + number) } }
      }
    }
    let first = await streams[0].first(1000)
    #expect(first.sorted() == Array(0..<1000))
    for stream in streams.dropFirst() { #expect(await stream.first(1000) == first) }
    let stopped = Task { for await _ in streams[1] {} }
    stopped.cancel()
    await stopped.value
    #expect(broadcast.listenerCount == 49)
  }

  @Test("a wait ends with a value, with the end, or with its time")
  func wait() async throws {
    let values = broadcast.values(beginningWith: 1)
    try await values.wait(atMost: .seconds(600))
    try await broadcast.values().wait(atMost: .milliseconds(1))
    broadcast.finish()
    try await broadcast.values().wait(atMost: .seconds(600))
  }

  @Test("a commit tells whoever waits for an event that it appends, and nobody else")
  func commits() async throws {
    let fleet = try await TemporaryFleet()
    let signals = fleet.store.eventSignal.values(buffering: 8)
    try await fleet.store.commit { try $0.advanceMACCursor(to: 5) }
    _ = await refusal {
      try await fleet.store.commit { transaction throws in
        try transaction.appendEvent(at: .sample, kind: .vmPlaced, subject: "web-1", message: "placed")
        throw FleetError(.conflict, "no")
      }
    }
    try await fleet.store.commit { transaction in
      _ = try transaction.appendEvent(at: .sample, kind: .vmPlaced, subject: "web-1", message: "placed")
    }
    let query = EventQuery(vm: "web-2")
    let others = fleet.store.eventSignal.values(buffering: 8) { $0.contains(where: query.matches) }
    for name in ["web-1", "web-2", "web-3"] {
      try await fleet.store.commit { transaction in
        _ = try transaction.appendEvent(at: .sample, kind: .vmPlaced, subject: name, message: "placed")
      }
    }
    fleet.store.eventSignal.finish()
    #expect(await signals.all.map { $0.map(\.subject) } == [["web-1"], ["web-1"], ["web-2"], ["web-3"]])
    #expect(await others.all.map { $0.map(\.subject) } == [["web-2"]])
  }
}

extension AsyncStream where Element: Sendable {
  /// Everything until it ends.
  fileprivate var all: [Element] {
    get async { await reduce(into: []) { $0.append($1) } }
  }

  fileprivate func first(_ count: Int) async -> [Element] {
    await prefix(count).reduce(into: []) { $0.append($1) }
  }
}
