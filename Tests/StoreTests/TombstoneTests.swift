import Fleet
import FleetTestKit
import GRDB
import Testing

@testable import Store

@Suite("Tombstones")
struct TombstoneTests {
  private static let vm = ManagedVM.numbered(1)

  private func begun(_ kind: OperationKind, _ fleet: TemporaryFleet) async throws -> FleetOperation {
    let operation = FleetOperation.sample(kind, steps: ["destroy"], vm: Self.vm)
    try await fleet.create(Self.vm)
    try await fleet.store.commit { transaction in
      try transaction.insertOperation(operation)
      try transaction.replaceTombstone(.sample(of: Self.vm, keepDisks: true))
    }
    return operation
  }

  @Test(
    "a tombstone goes with the end of its operation, however that ends",
    arguments: [OperationKind.delete, .create, .import], [OperationState.done, .failed])
  func end(kind: OperationKind, state: OperationState) async throws {
    let fleet = try await TemporaryFleet()
    var operation = try await begun(kind, fleet)
    operation.steps[0].state = .running
    let running = operation
    try await fleet.store.commit { try $0.updateOperation(running) }
    #expect(try await fleet.store.read { try $0.tombstones() }.count == 1)
    (operation.state, operation.endedAt) = (state, .sample)
    let ended = operation
    try await fleet.store.commit { try $0.updateOperation(ended) }
    #expect(try await fleet.store.read { try $0.tombstones() }.isEmpty)
  }

  @Test("a later tombstone replaces the earlier one, with its own word about the disks")
  func replaced() async throws {
    let fleet = try await TemporaryFleet()
    _ = try await begun(.delete, fleet)
    var later = Tombstone.sample(of: Self.vm, keepDisks: false)
    later.id = .sample(402)
    let stone = later
    try await fleet.store.commit { try $0.replaceTombstone(stone) }
    #expect(try await fleet.store.read { try $0.tombstones() } == [later])
  }

  @Test("leavings of failed deletions of earlier releases go, what is under way stays")
  func leftovers() async throws {
    let fleet = try await TemporaryFleet()
    let other = ManagedVM.numbered(2)
    _ = try await begun(.delete, fleet)
    try await fleet.create(other)
    var left = Tombstone.sample(of: other)
    left.id = .sample(402)
    let stone = left
    try await fleet.store.commit { try $0.insertTombstone(stone) }
    try fleet.raw { database in
      for statements in Migration10Tombstones.statements { try database.execute(sql: statements) }
      #expect(try String.fetchAll(database, sql: "SELECT vm_id FROM tombstones") == [Self.vm.id.description])
    }
  }

  @Test("reports are found by a VM's id without reading the others")
  func reports() async throws {
    let fleet = try await TemporaryFleet(hosts: [.sample(), .sample("h2", id: .sample(102))])
    let id = VMID.sample(1).description
    try await fleet.store.commit { transaction in
      try transaction.saveReport(of: .sample(101), at: .sample, bytes: [0] + Array("x\(id)y".utf8) + [0xFF])
      try transaction.saveReport(of: .sample(102), at: .sample, bytes: [0, 0xFF])
    }
    let found = try await fleet.store.read { try $0.reports(mentioningAnyOf: ["nothing", id]) }
    #expect(found.map(\.hostID) == [.sample(101)])
    #expect(try await fleet.store.read { try $0.reports(mentioningAnyOf: [VMID.sample(2).description]) }.isEmpty)
  }
}
