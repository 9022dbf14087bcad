import Fleet
import FleetTestKit
import GRDB
import Store
import Testing

@Suite("Forgetting what is old")
struct PruningTests {
  private let now = Timestamp.sample.adding(seconds: 1_000_000)

  private func days(_ count: Int64) -> Timestamp { now.adding(seconds: -count * 86_400) }

  private func write(_ ages: [Int64], in fleet: TemporaryFleet) async throws {
    try await fleet.store.commit { transaction in
      for age in ages { try transaction.appendEvent(at: days(age), kind: .vmPlaced, subject: "\(age)", message: "") }
    }
  }

  private func numbers(_ fleet: TemporaryFleet) async throws -> [Int64] {
    try await fleet.store.read { try $0.events(since: 0, limit: 10_000).map(\.number) }
  }

  @Test("old events go, oldest first, a few at a time, and numbers go on without a gap")
  func events() async throws {
    let fleet = try await TemporaryFleet()
    try await write(Array(repeating: 91, count: 7) + [89, 1], in: fleet)
    let before = days(90)
    let rounds = [3, 3, 1, 0]
    for expected in rounds {
      #expect(try await fleet.store.commit { try $0.pruneEvents(before: before, keeping: 100, limit: 3) } == expected)
    }
    #expect(try await numbers(fleet) == [8, 9])
    #expect(try await fleet.store.read { try $0.firstEventNumber() } == 8)
    try await write([0], in: fleet)
    #expect(try await numbers(fleet) == [8, 9, 10])
  }

  @Test("beyond the limit the oldest go, however young; the newest always stays")
  func limit() async throws {
    let fleet = try await TemporaryFleet()
    try await write(Array(repeating: 1, count: 10), in: fleet)
    let before = days(90)
    #expect(try await fleet.store.commit { try $0.pruneEvents(before: before, keeping: 4, limit: 100) } == 6)
    #expect(try await numbers(fleet) == [7, 8, 9, 10])
    let end = now.adding(seconds: 1)
    #expect(try await fleet.store.commit { try $0.pruneEvents(before: end, keeping: 0, limit: 100) } == 3)
    #expect(try await fleet.store.commit { try $0.pruneEvents(before: end, keeping: 0, limit: 100) } == 0)
    try await write([0], in: fleet)
    #expect(try await numbers(fleet) == [10, 11])
  }

  @Test("a young event before old ones, after a clock was set back, keeps them")
  func clockSetBack() async throws {
    let fleet = try await TemporaryFleet()
    try await write([100, 2, 100, 1], in: fleet)
    let before = days(90)
    #expect(try await fleet.store.commit { try $0.pruneEvents(before: before, keeping: 100, limit: 100) } == 1)
    #expect(try await numbers(fleet) == [2, 3, 4])
  }

  @Test("an event between others is kept by the schema itself")
  func gap() async throws {
    let fleet = try await TemporaryFleet()
    try await write([100, 100, 100], in: fleet)
    try fleet.raw { database in
      #expect(throws: DatabaseError.self) { try database.execute(sql: "DELETE FROM events WHERE number = 2") }
      #expect(throws: DatabaseError.self) { try database.execute(sql: "DELETE FROM events WHERE number = 3") }
      try database.execute(sql: "DELETE FROM events WHERE number = 1")
    }
  }

  @Test("old requests go, but not of running operations, nor anything of the ledger")
  func requests() async throws {
    let fleet = try await TemporaryFleet()
    var running = FleetOperation.sample(.start, steps: ["start"])
    running.id = .sample(1)
    var ended = FleetOperation.sample(.stop, steps: ["stop"])
    (ended.id, ended.state, ended.endedAt) = (.sample(2), .done, days(9))
    let operations = [running, ended]
    let requests = [
      StoredRequest(id: .sample(11), bodyHash: "a", operationID: running.id, at: days(9)),
      StoredRequest(id: .sample(12), bodyHash: "a", operationID: ended.id, at: days(9)),
      StoredRequest(id: .sample(13), bodyHash: "a", answer: [1], at: days(8)),
      StoredRequest(id: .sample(14), bodyHash: "a", operationID: ended.id, at: days(6)),
      StoredRequest(id: .sample(15), bodyHash: "a", operationID: .sample(99), at: days(9)),
    ]
    try await fleet.store.commit { transaction in
      for operation in operations { try transaction.insertOperation(operation) }
      for request in requests { try transaction.insertRequest(request) }
      try transaction.create(.numbered(1), at: days(100))
      try transaction.destroy(.sample(1), at: days(99))
    }
    let before = days(7)
    for expected in [2, 1, 0] {
      #expect(try await fleet.store.commit { try $0.pruneRequests(before: before, limit: 2) } == expected)
    }
    try await fleet.store.read { reader throws in
      #expect(try requests.filter { try reader.request($0.id) != nil }.map(\.id) == [.sample(11), .sample(14)])
      #expect(try reader.macEntries(includeRetired: true).count == 1)
      #expect(try reader.portEntries(includeRetired: true).count == 1)
    }
    let refused = try fleet.raw { database in
      #expect(throws: DatabaseError.self) { try database.execute(sql: "DELETE FROM requests") }
    }
    #expect(refused != nil)
  }

  private func sighting(_ number: UInt64, on host: UInt64 = 101) throws -> MACSighting {
    MACSighting(
      mac: try .number(number), source: .domain,
      owner: AddressOwner(vm: "pet-\(number)", vmID: .sample(700 + number), host: "h\(host)"), hostID: .sample(host),
      network: "default", firstSeen: .sample, lastSeen: .sample)
  }

  /// Has a host see these addresses, and no others any more.
  private func see(
    _ numbers: [UInt64], on host: UInt64 = 101, at: Timestamp, in fleet: TemporaryFleet
  ) async throws {
    let seen = try numbers.map { try sighting($0, on: host) }
    try await fleet.store.commit { _ = try $0.sight(seen, on: .sample(host), sources: [.domain], at: at) }
  }

  private func sighted(_ numbers: ClosedRange<UInt64>, in fleet: TemporaryFleet) async throws -> [UInt64] {
    try await fleet.store.read { reader throws in
      try numbers.filter { try !reader.sightings(of: .number($0)).isEmpty }
    }
  }

  @Test("addresses long ended go, a few at a time; what is seen and the ledger stay")
  func sightings() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.store.commit { transaction in
      try transaction.create(.numbered(1), at: days(400))
      try transaction.destroy(.sample(1), at: days(399))
    }
    try await see([11, 12, 13, 14, 15], at: days(300), in: fleet)
    try await see([14, 15], at: days(91), in: fleet)
    try await see([15], at: days(89), in: fleet)
    let before = days(90)
    for expected in [2, 1, 0] {
      let gone = try await fleet.store.commit { try $0.pruneSightings(before: before, keeping: 100, limit: 2) }
      #expect(gone == expected)
    }
    #expect(try await sighted(11...15, in: fleet) == [14, 15])
    try await fleet.store.read { reader throws in
      #expect(try reader.openSightings().map(\.mac) == [.number(15)])
      #expect(try reader.macEntries(includeRetired: true).count == 1)
    }
  }

  @Test("beyond the limit each host's longest gone go, pushing out no other host's")
  func sightingLimit() async throws {
    let fleet = try await TemporaryFleet(hosts: [.sample(), .sample("h2", id: .sample(102))])
    for number in UInt64(11)...16 {
      try await see([number], at: days(20 - Int64(number - 11)), in: fleet)
    }
    try await see([21, 22], on: 102, at: days(60), in: fleet)
    try await see([22], on: 102, at: days(50), in: fleet)
    // 16 and 22 are seen now and count for nothing.
    let before = days(90)
    let gone = try await fleet.store.commit { try $0.pruneSightings(before: before, keeping: 2, limit: 100) }
    #expect(gone == 3)
    #expect(try await sighted(11...16, in: fleet) == [14, 15, 16])
    #expect(try await sighted(21...22, in: fleet) == [21, 22])
    #expect(try await fleet.store.commit { try $0.pruneSightings(before: before, keeping: 0, limit: 100) } == 3)
    #expect(try await sighted(11...22, in: fleet) == [16, 22])
  }
}
