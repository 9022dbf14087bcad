import Fleet
import FleetTestKit
import Store
import Testing

@Suite("reserved ranges, pools and sightings")
struct LedgerTests {
  @Test("a range is found by any of its addresses, and by nothing beside it")
  func ranges() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.store.commit { try $0.furnishLedger() }
    try await fleet.store.read { reader throws in
      for number in [100, 150, 199] as [UInt64] {
        #expect(try reader.macReservation(.number(number))?.purpose == "printers")
      }
      for number in [99, 200, 600] as [UInt64] { #expect(try reader.macReservation(.number(number)) == nil) }
      #expect(try reader.macReservation(overlapping: .numbers(1, 100)) != nil)
      #expect(try reader.macReservation(overlapping: .numbers(199, 900)) != nil)
      #expect(try reader.macReservation(overlapping: .numbers(200, 900)) == nil)
      #expect(try reader.macReservations().map(\.range) == [.numbers(100, 199)])
      #expect(try reader.macReservationHistory(.number(650)).map(\.endedAt) == [.sample])
    }
  }

  @Test("whoever is in the way of a reservation is named, and nothing is changed")
  func conflicts() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.create(.numbered(5))
    try await fleet.store.commit { try $0.furnishLedger() }
    let printers = await refusal {
      try await fleet.store.commit { try $0.reserveMACs(.numbers(150, 300), for: "x", at: .sample) }
    }
    #expect(printers?.code == .conflict && printers?.message.contains("printers") == true)
    let vm = await refusal {
      try await fleet.store.commit {
        try $0.reserveMACs(MACRange(first: .numbered(0), last: .numbered(99)), for: "x", at: .sample)
      }
    }
    #expect(vm?.code == .conflict && vm?.message.contains("\"vm-5\" on h1") == true)
    let single = await refusal {
      try await fleet.store.commit { try $0.reserveMAC(.number(150), for: "x", at: .sample) }
    }
    #expect(single?.code == .conflict && single?.message.contains("printers") == true)
    #expect(try await fleet.store.read { try $0.macReservations().count } == 1)
  }

  @Test("a pool's cursor is the highest that the database or an agent knows of its range")
  func cursors() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.store.commit { transaction throws in
      try transaction.furnishLedger()
      var told = PoolCursors()
      for (first, cursor) in [(1000, 3), (5000, 40), (7000, 11)] as [(UInt64, UInt64)] {
        told.raise(try .numbers(first, first + 999), to: cursor)
      }
      try transaction.noteCursors(told)
    }
    let cursors = try await fleet.store.read { try $0.poolCursors() }
    #expect(cursors[try .numbers(1000, 1999)] == 7, "its own is higher")
    #expect(cursors[try .numbers(5000, 5999)] == 40, "an agent's is higher")
    #expect(cursors[try .numbers(7000, 7999)] == 12, "the earlier one was higher")
    #expect(cursors.byRange.count == 3)
    try await fleet.store.commit { transaction throws in
      try transaction.insertPool(
        MACPoolRecord(
          pool: MACPool(name: "again", first: .number(7000), last: .number(7999)), selector: .network("x"),
          createdAt: .sample))
    }
    #expect(try await fleet.store.read { try $0.macPools() }.first { $0.pool.name == "again" }?.cursor == 12)
    let high = await refusal {
      try await fleet.store.commit { transaction throws in
        var told = PoolCursors()
        told.raise(try .numbers(1, 2), to: PoolCursors.highest + 1)
        try transaction.noteCursors(told)
      }
    }
    #expect(high?.code == .invalid)
  }

  @Test("a lost owner's address rests unless in use; past its quarantine it can be kept")
  func resting() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.create(.numbered(1))
    let (taken, free) = (try MACAddress.numbered(1), try MACAddress.numbered(2))
    let later = Timestamp.sample.adding(seconds: 9)
    let owner = AddressOwner(vm: "web", vmID: .sample(7), host: "h1")
    try await fleet.store.commit { transaction throws in
      for mac in [taken, free, free] { try transaction.restMAC(mac, for: "somebody", at: .sample, until: later) }
      try transaction.keepMAC(free, for: owner, at: .sample)
    }
    #expect(try await fleet.store.read { try $0.macHolder(taken) }?.state == .allocated)
    let resting = try await fleet.store.read { try $0.macHolder(free) }
    #expect(resting?.state == .quarantined && resting?.until == later && resting?.owner.vm == "somebody")
    try await fleet.store.commit { try $0.keepMAC(free, for: owner, at: later) }
    let kept = try await fleet.store.read { try $0.macHolder(free) }
    #expect(kept?.state == .reserved && kept?.owner == owner)
  }

  @Test("a released range can be reserved again, and its history stays")
  func again() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.store.commit { transaction throws in
      try transaction.furnishLedger()
      try transaction.releaseRange(of: .number(100), at: .sample)
      try transaction.reserveMACs(.numbers(150, 160), for: "scanner", at: .sample)
    }
    let history = try await fleet.store.read { try $0.macReservationHistory(.number(155)) }
    #expect(history.map(\.purpose) == ["printers", "scanner"])
    let none = await refusal { try await fleet.store.commit { try $0.releaseRange(of: .number(100), at: .sample) } }
    #expect(none?.code == .notFound)
  }

  @Test("the fleet's own pool is first and stays; one made again goes on where it stood")
  func pools() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.store.commit { try $0.furnishLedger() }
    let pools = try await fleet.store.read { try $0.macPools() }
    #expect(pools.map(\.pool.name) == ["default", "a"] && pools[1].cursor == 7)
    #expect(pools[1].selector == .network("br0"))
    let kept = await refusal { try await fleet.store.commit { try $0.removePool("default", at: .sample) } }
    #expect(kept?.code == .precondition)
    try await fleet.store.commit { transaction throws in
      try transaction.insertPool(
        MACPoolRecord(
          pool: MACPool(name: "d", first: .number(5000), last: .number(5999)),
          selector: .label(key: "tier", value: "a=b"), createdAt: .sample))
    }
    let again = try await fleet.store.read { try $0.macPools() }.first { $0.pool.name == "d" }
    #expect(again?.cursor == 7 && again?.selector == .label(key: "tier", value: "a=b"))
    let inside = await refusal {
      try await fleet.store.commit {
        try $0.insertPool(
          MACPoolRecord(pool: MACPool(name: "e", prefix: "02:ab:cd:01"), selector: .fleet, createdAt: .sample))
      }
    }
    #expect(inside?.code == .conflict && inside?.message.contains("\"default\"") == true)
  }

  @Test("a pool's use counts what VMs have, what rests and what is reserved")
  func use() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.create(.numbered(1))
    try await fleet.create(.numbered(2))
    try await fleet.store.commit { transaction throws in
      try transaction.destroy(.sample(2), at: .sample)
      try transaction.reserveMAC(.numbered(3), for: "printer", at: .sample)
      try transaction.reserveMACs(MACRange(first: .numbered(90), last: .numbered(120)), for: "lab", at: .sample)
    }
    let range = try MACRange(first: .numbered(0), last: .numbered(99))
    let (use, net) = try await fleet.store.read { try $0.macUse(in: range, since: .sample) }
    #expect(use.allocated == 1 && use.quarantined == 1 && use.reserved == 11 && use.used == 13)
    #expect(net == 2)
  }

  @Test("an unchanged report writes nothing, what is gone ends, what returns is a new row")
  func sightings() async throws {
    let fleet = try await TemporaryFleet()
    var one = MACSighting(
      mac: try .number(1), source: .domain, owner: AddressOwner(vm: "pet", vmID: .sample(700), host: "h1"),
      hostID: .sample(101), network: "default", firstSeen: .sample, lastSeen: .sample)
    func sight(_ seen: [MACSighting], after seconds: Int64) async throws -> Int {
      try await fleet.store.commit {
        try $0.sight(seen, on: .sample(101), sources: [.domain], at: .sample.adding(seconds: seconds))
      }
    }
    #expect(try await sight([one], after: 0) == 1)
    #expect(try await sight([one, one], after: 10) == 0)
    one.owner.vm = "cat"
    #expect(try await sight([one], after: 20) == 1)
    #expect(try await sight([], after: 30) == 1)
    #expect(try await sight([], after: 40) == 0)
    one.firstSeen = .sample.adding(seconds: 50)
    #expect(try await sight([one], after: 50) == 1)
    try await fleet.store.read { reader throws in
      let rows = try reader.sightings(of: .number(1))
      #expect(rows.map(\.owner.vm) == ["cat", "cat"])
      #expect(rows.map(\.endedAt) == [.sample.adding(seconds: 30), nil])
      #expect(rows.map(\.firstSeen) == [.sample, .sample.adding(seconds: 50)])
      #expect(try reader.isSighted(.number(1)) && !reader.isSighted(.number(2)))
    }
    try await fleet.store.commit { _ = try $0.sight([], on: .sample(101), sources: [.dhcp], at: .sample) }
    #expect(try await fleet.store.read { try $0.openSightings().count } == 1)
    try await fleet.store.commit { try $0.removeHost(.sample(101), at: .sample.adding(seconds: 60)) }
    #expect(try await fleet.store.read { try $0.openSightings() }.isEmpty)
    #expect(try await fleet.store.read { try $0.sightings(of: .number(1)).count } == 2)
  }

  @Test("the history of an address tells how long each VM had it, without the quarantine")
  func history() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.create(.numbered(1))
    let (released, over) = (Timestamp.sample.adding(seconds: 100), Timestamp.sample.adding(seconds: 1000))
    try await fleet.store.commit { transaction throws in
      try transaction.destroy(.sample(1), at: released, quarantineSeconds: 60)
      try transaction.expireQuarantine(now: over)
    }
    let holds = try await fleet.store.read { try $0.macHolds(.numbered(1)) }
    #expect(holds.map(\.from) == [.sample] && holds.map(\.to) == [released])
  }
}
