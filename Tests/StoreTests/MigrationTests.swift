import Fleet
import FleetTestKit
import Foundation
import GRDB
import Testing

@testable import Store

@Suite("a database of an earlier release")
struct MigrationTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  /// A database as the first release wrote it.
  private func firstRelease() throws -> String {
    let path = directory.path + "/fleet.sqlite"
    try TemporaryFleet.raw(path) { database in
      try database.execute(sql: FirstReleaseDump.sql)
      try database.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
    }
    return path
  }

  @Test("all that the first release kept is there after the migration")
  func firstReleaseIsKept() async throws {
    let store = try FleetStore.open(at: firstRelease())
    try await store.read { reader throws in
      var fleet = FleetRecord.sample
      fleet.epoch = 1
      #expect(try reader.fleet() == fleet)
      #expect(try reader.hosts() == [FirstRelease.host])
      #expect(try reader.images() == [FirstRelease.image])
      #expect(try reader.vms() == [FirstRelease.vm])
      #expect(try reader.decision(of: FirstRelease.vm.id) == FirstRelease.decision)
      #expect(try reader.imageUsers(FirstRelease.image.id) == ["web-1"])
      #expect(try reader.tombstones() == [.sample(of: FirstRelease.gone)])
      #expect(try reader.macHolder(.numbered(9))?.state == .quarantined)
      #expect(try reader.macHolder(.numbered(77))?.owner.vm == "the printer")
      #expect(try reader.macEntries(includeRetired: true).count == 4)
      #expect(try reader.macCursor() == 0x0200_0000_0100)
      #expect(try reader.portEntries(includeRetired: true).map(\.port) == [5900, 5909])
      #expect(try reader.operations(unfinished: true, limit: 9) == [FirstRelease.operation])
      #expect(try reader.request(FirstRelease.request.id) == FirstRelease.request)
      #expect(try reader.reports() == [FirstRelease.report])
      #expect(try reader.token(.sample(701))?.expiresAt == .sample.adding(seconds: 600))
      #expect(try reader.certificate(serial: "0a")?.role == "agent")
      #expect(try reader.lastEventNumber() == 2)
    }
    #expect(try await store.commit { try $0.beginEpoch() } == 2)
    try store.close()
  }

  @Test("the migrations make of the first release what they make of nothing")
  func sameSchema() async throws {
    let path = try firstRelease()
    try FleetStore.open(at: path).close()
    let fresh = try await TemporaryFleet()
    #expect(try TemporaryFleet.raw(path, schema) == fresh.raw(schema))
  }

  @Test("the first migration is the one that was released")
  func firstMigrationIsUnchanged() throws {
    let released = try TemporaryFleet.raw(firstRelease(), schema)
    let queue = try DatabaseQueue()
    try queue.write { database in
      for statements in Migration1FirstRelease.statements { try database.execute(sql: statements) }
      #expect(try schema(database) == released)
    }
  }

  /// Each table, index and trigger by name, without regard to white space.
  private func schema(_ database: Database) throws -> [String: String] {
    let rows = try Row.fetchAll(
      database, sql: "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'grdb_migrations'")
    return Dictionary(
      uniqueKeysWithValues: rows.map { row in
        (row["name"], (row["sql"] as String).split(whereSeparator: \.isWhitespace).joined(separator: " "))
      })
  }
}
