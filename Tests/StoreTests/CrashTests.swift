import Fleet
import FleetTestKit
import GRDB
import Store
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite("a coordinator that is killed")
struct CrashTests {
  @Test("what was acknowledged is there and what was under way is wholly not")
  func killedHalfWay() async throws {
    let fleet = try await TemporaryFleet()
    try fleet.store.close()
    let path = fleet.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let store = try FleetStore.open(at: path)
      try await store.commit { try $0.create(.numbered(1)) }
      try await store.commit { transaction throws in
        try transaction.create(.numbered(2))
        try transaction.advanceMACCursor(to: 9)
        _ = kill(getpid(), SIGKILL)
      }
    }
    let store = try FleetStore.open(at: path)
    try await store.read { reader throws in
      #expect(try reader.vms() == [.numbered(1)])
      #expect(try reader.heldPorts() == [5901])
      #expect(try reader.macEntries(includeRetired: true).map(\.owner.vm) == ["vm-1"])
      #expect(try reader.macCursor() == 0)
      #expect(try reader.lastEventNumber() == 1)
    }
    let event = try await store.commit { try $0.appendEvent(at: .sample, kind: .vmPlaced, subject: "", message: "") }
    #expect(event.number == 2)
    try store.close()
    #expect(try TemporaryFleet.raw(path) { try String.fetchAll($0, sql: "PRAGMA integrity_check") } == ["ok"])
  }

  @Test("a founding that was cut short can be begun again")
  func initializationCutShort() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/fleet.sqlite"
    // What a crash leaves: a draft with some tables, and no file of the final name.
    try TemporaryFleet.raw(path + ".draft") { try $0.execute(sql: "CREATE TABLE fleet (id)") }
    #expect(await refusal { _ = try FleetStore.open(at: path) }?.code == .notFound)
    let store = try FleetStore.create(at: path, identity: .sample)
    #expect(try await store.read { try $0.fleet() } == .sample)
    try store.close()
    withExtendedLifetime(directory) {}
  }
}
