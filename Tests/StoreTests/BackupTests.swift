import Fleet
import FleetTestKit
import GRDB
import Store
import Testing

import struct Foundation.FileAttributeKey
import class Foundation.FileManager

@Suite("a backup")
struct BackupTests {
  @Test("it is whole and of one moment while changes go on")
  func consistent() async throws {
    let capacity = HostCapacity(vcpus: 1000, memory: .gibibytes(10_000), disk: .zero)
    let fleet = try await TemporaryFleet(hosts: [.sample(capacity: capacity)])
    let store = fleet.store
    let writer = Task {
      var number = 0
      while !Task.isCancelled, number < 900 {
        number += 1
        try await fleet.create(.numbered(number))
      }
      return number
    }
    for copy in 1...5 {
      // Each backup has something new to miss.
      let events = try await store.read { try $0.lastEventNumber() }
      let deadline = ContinuousClock.now + .seconds(20)
      while try await store.read({ try $0.lastEventNumber() }) == events, ContinuousClock.now < deadline {}
      try await store.backup(to: "\(fleet.directory)/copy-\(copy).sqlite")
    }
    writer.cancel()
    let made = try await writer.value
    for copy in 1...5 {
      let path = "\(fleet.directory)/copy-\(copy).sqlite"
      let checks = try TemporaryFleet.raw(path) { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
      #expect(checks == ["ok"])
      let restored = try FleetStore.open(at: path)
      try await restored.read { reader throws in
        let vms = try reader.vms().count
        #expect((1...made).contains(vms))
        #expect(try reader.lastEventNumber() == Int64(vms))
        #expect(try reader.heldPorts().count == vms)
        #expect(try reader.macEntries(includeRetired: true).count == vms)
      }
      try restored.close()
    }
  }

  @Test("it is one file that only its owner can read")
  func oneFile() async throws {
    let fleet = try await TemporaryFleet()
    let directory = fleet.directory + "/copies"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
    try await fleet.store.backup(to: directory + "/copy.sqlite")
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["copy.sqlite"])
    let mode = try FileManager.default.attributesOfItem(atPath: directory + "/copy.sqlite")[.posixPermissions]
    #expect(mode as? Int == 0o600)
    #expect(try FileManager.default.attributesOfItem(atPath: fleet.path)[.posixPermissions] as? Int == 0o600)
  }

  @Test("it never replaces a file and names a directory that is not there")
  func refuses() async throws {
    let fleet = try await TemporaryFleet()
    #expect(await refusal { try await fleet.store.backup(to: fleet.path) }?.code == .conflict)
    #expect(await refusal { try await fleet.store.backup(to: fleet.directory + "/no/copy") }?.code == .precondition)
    #expect(try await fleet.store.commit { try $0.beginEpoch() } == 1)
  }

  @Test(
    "one whose schema is not Roost's is not restored",
    arguments: [
      "CREATE TRIGGER helper AFTER UPDATE ON fleet BEGIN DELETE FROM vms; END",
      "CREATE VIEW helper AS SELECT * FROM tokens", "DROP TRIGGER token_is_used_once",
    ])
  func foreignSchema(_ statement: String) async throws {
    let fleet = try await TemporaryFleet()
    let (copy, target) = (fleet.directory + "/copy.sqlite", fleet.directory + "/restored.sqlite")
    try await fleet.store.backup(to: copy)
    try FleetStore.restore(copy, to: fleet.directory + "/whole.sqlite").close()
    try await DatabaseQueue(path: copy).write { try $0.execute(sql: statement) }
    let error = #expect(throws: FleetError.self) { try FleetStore.restore(copy, to: target) }
    #expect(error?.code == .precondition && error?.hint.contains("rebuild") == true)
    let name = statement.hasPrefix("DROP") ? "token_is_used_once" : "helper"
    #expect(error?.message.contains(name) == true)
  }
}
