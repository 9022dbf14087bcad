import Fleet
import FleetTestKit
import Foundation
import GRDB
import Store
import Testing

@Suite("a damaged or foreign database")
struct DamageTests {
  /// A closed fleet of a few hundred pages.
  private func large() async throws -> TemporaryFleet {
    let fleet = try await TemporaryFleet()
    try await fleet.store.commit { transaction throws in
      for number in 1...2000 {
        try transaction.appendEvent(
          at: .sample, kind: .vmPlaced, subject: "\(number)", message: String(repeating: "x", count: 400))
      }
    }
    try fleet.store.close()
    return fleet
  }

  private func contents(_ directory: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    // The shared-memory index is no content: SQLite makes it anew from the log.
    for name in try FileManager.default.contentsOfDirectory(atPath: directory) where !name.hasSuffix("-shm") {
      files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)"))
    }
    return files
  }

  private func expectRefusal(
    of fleet: TemporaryFleet, _ code: FleetError.Code, _ words: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let before = try contents(fleet.directory)
    let error = await refusal { _ = try FleetStore.open(at: fleet.path) }
    #expect(error?.code == code, sourceLocation: sourceLocation)
    #expect(error?.message.contains(words) == true, "\(String(describing: error))", sourceLocation: sourceLocation)
    let after = try contents(fleet.directory).filter { !$0.value.isEmpty || before[$0.key] != nil }
    #expect(after == before, sourceLocation: sourceLocation)
  }

  private func overwrite(_ path: String, at offset: UInt64, with bytes: Data) throws {
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.seek(toOffset: offset)
    try file.write(contentsOf: bytes)
    try file.close()
  }

  @Test("pages that were overwritten are found, and the file stays as it is")
  func overwrittenPages() async throws {
    let fleet = try await large()
    try overwrite(fleet.path, at: 4096 * 60, with: Data(repeating: 0xA5, count: 4096 * 20))
    try await expectRefusal(of: fleet, .internal, "damaged")
  }

  @Test("a file that was cut off is found, and stays as it is")
  func truncated() async throws {
    let fleet = try await large()
    let file = try #require(FileHandle(forWritingAtPath: fleet.path))
    try file.truncate(atOffset: 4096 * 50)
    try file.close()
    try await expectRefusal(of: fleet, .internal, "damaged")
  }

  @Test("a file without SQLite's header is refused")
  func header() async throws {
    let fleet = try await large()
    try overwrite(fleet.path, at: 0, with: Data(repeating: 0x20, count: 100))
    try await expectRefusal(of: fleet, .internal, "damaged")
  }

  @Test("damage is found while a log from a crash waits, and the log stays too")
  func hotLog() async throws {
    let fleet = try await large()
    let path = fleet.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let store = try FleetStore.open(at: path)
      try await store.commit { _ = try $0.beginEpoch() }
      _ = kill(getpid(), SIGKILL)
    }
    try overwrite(path, at: 4096 * 60, with: Data(repeating: 0xA5, count: 4096 * 20))
    #expect(try contents(fleet.directory)["fleet.sqlite-wal"]?.isEmpty == false)
    try await expectRefusal(of: fleet, .internal, "damaged")
  }

  @Test("a database of another program is refused")
  func foreign() async throws {
    let fleet = try await TemporaryFleet()
    try fleet.raw { try $0.execute(sql: "PRAGMA application_id = 7") }
    try await expectRefusal(of: fleet, .precondition, "not a database of Roost")
  }

  @Test("a database of a newer version is refused")
  func newer() async throws {
    let fleet = try await TemporaryFleet()
    try fleet.raw { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('999 from the future')") }
    try await expectRefusal(of: fleet, .precondition, "newer version")
  }

  @Test("no file and an existing file are told apart")
  func presence() async throws {
    let fleet = try await TemporaryFleet()
    #expect(await refusal { _ = try FleetStore.open(at: fleet.directory + "/other") }?.code == .notFound)
    #expect(await refusal { _ = try FleetStore.create(at: fleet.path, identity: .sample) }?.code == .conflict)
    #expect(try await fleet.store.read { try $0.fleet() } == .sample)
  }

  @Test(
    "values that this version does not know are errors and no traps",
    arguments: [
      "UPDATE vms SET spec = json_set(spec, '$.acceleration', 'magic')",
      "UPDATE vms SET spec = json_set(spec, '$.disks[0].source', 'tape')",
      "UPDATE vms SET spec = json_set(spec, '$.nics[0].mac', -1)",
      "UPDATE vms SET spec = json_set(spec, '$.nics[0].mac', 1 << 60)",
      "UPDATE vms SET spec = json_set(spec, '$.labels', 7)",
      "UPDATE vms SET spec = json_object('name', name, 'vcpus', vcpus, 'memory', memory)",
      "UPDATE vms SET phase = 'levitating'",
      "UPDATE vms SET placed = '[]'",
    ])
  func unknownValues(_ sql: String) async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.create(.numbered(1, disk: .gibibytes(1)))
    try fleet.raw { try $0.execute(sql: sql) }
    let store = try FleetStore.open(at: fleet.path)
    let error = await refusal {
      _ = try await store.read { reader in
        for vm in try reader.vms() { _ = try reader.decision(of: vm.id) }
      }
    }
    #expect(error?.code == .internal)
    #expect(error?.message.contains("of a VM") == true, "\(String(describing: error))")
    try store.close()
  }

  @Test("an operation of an unknown kind is an error and no trap")
  func unknownOperation() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.store.commit { try $0.insertOperation(.sample(.create, steps: ["provision"])) }
    try fleet.raw { try $0.execute(sql: "UPDATE operations SET kind = 'teleport'") }
    let store = try FleetStore.open(at: fleet.path)
    #expect(
      await refusal { _ = try await store.read { try $0.operations(unfinished: true, limit: 9) } }?.code == .internal)
    try store.close()
  }
}
