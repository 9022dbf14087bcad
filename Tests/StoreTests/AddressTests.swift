import Fleet
import FleetTestKit
import GRDB
import Testing

@testable import Store

@Suite("the ledgers of addresses")
struct AddressTests {
  @Test("a released MAC rests, then may be given again, and every holder stays on record")
  func quarantine() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.create(.numbered(1))
    let later = Timestamp.sample.adding(seconds: 10)
    try await fleet.store.commit { try $0.destroy(.sample(1), at: later, quarantineSeconds: 60) }
    let resting = try await fleet.store.read { try $0.macHolder(.numbered(1)) }
    #expect(resting?.state == .quarantined)
    #expect(resting?.since == later)
    #expect(resting?.until == later.adding(seconds: 60))
    #expect(resting?.owner == AddressOwner(vm: "vm-1", vmID: .sample(1), host: "h1"))

    var next = ManagedVM.numbered(2)
    next.allocations.macs = [try .numbered(1)]
    let heir = next
    let early = await refusal { try await fleet.create(heir, at: later.adding(seconds: 59)) }
    #expect(early?.code == .conflict)
    #expect(early?.message.contains("quarantined") == true)
    #expect(early?.message.contains("vm-1") == true)
    try await fleet.create(heir, at: later.adding(seconds: 60))
    let history = try await fleet.store.read { try $0.macHistory(.numbered(1)) }
    #expect(history.map(\.state) == [.retired, .allocated])
    #expect(history.map(\.owner.vm) == ["vm-1", "vm-2"])
  }

  @Test("only what has rested long enough is retired")
  func expiry() async throws {
    let fleet = try await TemporaryFleet()
    for number in 1...3 {
      try await fleet.create(.numbered(number))
      try await fleet.store.commit {
        try $0.destroy(.sample(UInt64(number)), at: .sample, quarantineSeconds: Int64(number) * 100)
      }
    }
    #expect(try await fleet.store.commit { try $0.expireQuarantine(now: .sample.adding(seconds: 200)) } == 2)
    #expect(try await fleet.store.read { try $0.macEntries(includeRetired: false).map(\.owner.vm) } == ["vm-3"])
    #expect(try await fleet.store.read { try $0.macEntries(includeRetired: true).count } == 3)
  }

  @Test("a reserved MAC is nobody's until its reservation ends")
  func reservation() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.store.commit { try $0.reserveMAC(.numbered(1), for: "the printer", at: .sample) }
    let error = await refusal { try await fleet.create(.numbered(1)) }
    #expect(error?.code == .conflict)
    #expect(error?.message.contains("\"the printer\"") == true)
    try await fleet.store.commit { try $0.retireMAC(.numbered(1), at: .sample) }
    try await fleet.create(.numbered(1))
    #expect(
      await refusal { try await fleet.store.commit { try $0.retireMAC(.numbered(1), at: .sample) } }?.code == .conflict)
    #expect(
      await refusal { try await fleet.store.commit { try $0.retireMAC(.numbered(9), at: .sample) } }?.code == .notFound)
  }

  @Test("a MAC that a VM has is refused by its owner's name")
  func doubleMAC() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.create(.numbered(1))
    var other = ManagedVM.numbered(2)
    other.allocations.macs = [try .numbered(1)]
    let thief = other
    let error = await refusal { try await fleet.create(thief) }
    #expect(error?.code == .conflict)
    #expect(error?.message == "MAC 02:00:00:00:00:01 belongs to \"vm-1\" on h1")
  }

  @Test("the cursor only goes forward and stays below the end")
  func cursor() async throws {
    let fleet = try await TemporaryFleet()
    for cursor in [5, 3, 0, 1 << 48] as [UInt64] {
      try await fleet.store.commit { try $0.advanceMACCursor(to: cursor) }
      #expect(try await fleet.store.read { try $0.macCursor() } == max(5, cursor))
    }
    #expect(await refusal { try await fleet.store.commit { try $0.advanceMACCursor(to: .max) } }?.code == .invalid)
  }

  @Test("a port moves to another number in the ledger and in the VM's row")
  func replacement() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.create(.numbered(1))
    try await fleet.store.commit { try $0.replacePort(of: .sample(1), with: 6000, at: .sample) }
    try await fleet.store.read { reader throws in
      #expect(try reader.vm(.sample(1))?.allocations.vncPort == 6000)
      #expect(try reader.heldPorts() == [6000])
      #expect(try reader.portHolder(5901) == nil)
      let entry = PortEntry(port: 6000, state: .allocated, vm: "vm-1", host: "h1", since: .sample)
      #expect(try reader.portEntries() == [entry])
      #expect(try reader.portHistory(5901).map(\.until) == [.sample])
      #expect(try reader.portEntries(includeRetired: true).map(\.port) == [5901, 6000])
    }
    let unknown = await refusal {
      try await fleet.store.commit { try $0.replacePort(of: .sample(9), with: 6001, at: .sample) }
    }
    #expect(unknown?.code == .notFound)
  }

  @Test("a VM's new name reaches its addresses")
  func renaming() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.create(.numbered(1))
    try await fleet.store.commit { transaction throws in
      var vm = try #require(try transaction.vm(.sample(1)))
      vm.spec.name = "renamed"
      try transaction.updateVM(vm)
    }
    #expect(try await fleet.store.read { try $0.macHolder(.numbered(1))?.owner.vm } == "renamed")
    #expect(try await fleet.store.read { try $0.portHolder(5901)?.vm } == "renamed")
  }

  @Test("the holder of an address is found by an index, however long the ledger")
  func indexed() async throws {
    let fleet = try await TemporaryFleet()
    try fleet.raw { database in
      for query in [FleetSnapshotReader.macHolderQuery, FleetSnapshotReader.macHistoryQuery] {
        let plan = try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(query)", arguments: [1])
          .map { $0["detail"] as String }
        #expect(plan.first?.hasPrefix("SEARCH mac_ledger USING INDEX") == true, "\(plan)")
      }
      let plan = try Row.fetchAll(
        database, sql: "EXPLAIN QUERY PLAN \(FleetSnapshotReader.sightedMACsQuery)", arguments: ["domain"]
      ).map { $0["detail"] as String }
      #expect(plan.first?.contains("USING COVERING INDEX mac_sightings_sighted") == true, "\(plan)")
    }
  }
}
