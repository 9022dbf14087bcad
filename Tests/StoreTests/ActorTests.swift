import Fleet
import FleetTestKit
import GRDB
import Synchronization
import Testing

@testable import Store

@Suite("Who did what")
struct ActorTests {
  /// Names the actor set by the running task.
  enum Speaker {
    @TaskLocal static var name = "coordinator"
  }

  private func store(_ fleet: TemporaryFleet) throws -> FleetStore {
    try fleet.store.close()
    return try FleetStore.open(at: fleet.path, actor: { Speaker.name })
  }

  @Test("events, operations, requests and tokens carry whoever asked for the change")
  func actors() async throws {
    let fleet = try await TemporaryFleet()
    let store = try store(fleet)
    let operation = FleetOperation.sample(.start, steps: ["start"])
    try await Speaker.$name.withValue("user:ada") {
      try await store.commit { transaction in
        try transaction.appendEvent(at: .sample, kind: .vmPlaced, subject: "", message: "")
        try transaction.insertOperation(operation)
        try transaction.insertRequest(StoredRequest(id: .sample(1), bodyHash: "aa", at: .sample))
        try transaction.insertToken(
          id: .sample(2), secretHash: String(repeating: "0", count: 64), hostName: nil, expiresAt: .sample,
          createdAt: .sample)
      }
    }
    try await store.commit { _ = try $0.appendEvent(at: .sample, kind: .vmPlaced, subject: "", message: "") }
    try await store.read { reader throws in
      #expect(try reader.events(since: 0, limit: 9).map(\.actor) == ["user:ada", "coordinator"])
      #expect(try reader.operation(operation.id)?.actor == "user:ada")
      #expect(try reader.request(.sample(1))?.actor == "user:ada")
      #expect(try reader.token(.sample(2))?.actor == "user:ada")
    }
    try store.close()
  }

  @Test("what concerns keys is kept apart; other events neither enter it nor push it out")
  func audit() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.store.commit { transaction in
      let kinds: [FleetEvent.Kind] = [.hostConnected, .userRevoked, .securityDenied, .vmPlaced, .hostRejoined]
      for kind in kinds {
        try transaction.appendEvent(at: .sample, kind: kind, subject: "s", message: "m")
      }
      for _ in 1...50 { try transaction.appendEvent(at: .sample, kind: .hostConnected, subject: "", message: "") }
      try transaction.pruneEvents(before: .sample, keeping: 1, limit: 1000)
    }
    try await fleet.store.read { reader throws in
      #expect(try reader.events(since: 0, limit: 99).count == 1)
      #expect(
        try reader.audit(since: 0, limit: 99).map(\.kind) == ["user.revoked", "security.denied", "host.rejoined"])
      #expect(try reader.audit(since: 2, limit: 99).map(\.number) == [3])
    }
  }

  @Test("refused callers have their own share, and nobody deletes or changes the rest")
  func quota() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.store.commit { transaction in
      try transaction.appendEvent(at: .sample, kind: .userCreated, subject: "ada", message: "")
      for _ in 1...20 { try transaction.appendEvent(at: .sample, kind: .securityDenied, subject: "", message: "") }
    }
    let before = Timestamp.sample
    #expect(try await fleet.store.commit { try $0.pruneAudit(before: before, keeping: 5, limit: 100) } == 15)
    #expect(try await fleet.store.read { try $0.audit(since: 0, limit: 99).map(\.kind).first } == "user.created")
    #expect(try await fleet.store.read { try $0.audit(since: 0, limit: 99).count } == 6)
    try fleet.raw { (database: Database) throws in
      for sql in ["DELETE FROM audit", "UPDATE audit SET actor = 'nobody'"] {
        #expect(throws: DatabaseError.self, "\(sql)") { try database.execute(sql: sql) }
      }
    }
  }

  @Test("a revoked token is refused and stays so, and a used one can't be revoked")
  func tokens() async throws {
    let fleet = try await TemporaryFleet()
    let hash = String(repeating: "0", count: 64)
    let later = Timestamp.sample.adding(seconds: 600)
    try await fleet.store.commit { (transaction: FleetTransaction) throws in
      for number: UInt64 in 1...2 {
        try transaction.insertToken(
          id: .sample(number), secretHash: hash, hostName: nil, expiresAt: later, createdAt: .sample)
      }
      try transaction.consumeToken(.sample(2), secretHash: hash, now: .sample)
      #expect(try transaction.revokeToken(.sample(1), at: .sample).revokedAt == .sample)
      _ = #expect(throws: FleetError.self) { try transaction.revokeToken(.sample(2), at: .sample) }
      _ = #expect(throws: FleetError.self) { try transaction.revokeToken(.sample(3), at: .sample) }
    }
    let refusal = await #expect(throws: FleetError.self) {
      try await fleet.store.commit { try $0.consumeToken(.sample(1), secretHash: hash, now: .sample) }
    }
    #expect(refusal?.code == .denied && refusal?.message.contains("revoked") == true)
    try fleet.raw { (database: Database) throws in
      _ = #expect(throws: DatabaseError.self) {
        try database.execute(sql: "UPDATE tokens SET revoked_at = NULL")
      }
    }
  }
}
