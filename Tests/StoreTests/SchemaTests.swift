import Fleet
import FleetTestKit
import GRDB
import Testing

@testable import Store

/// Attempts to break the fleet's promises by SQL, past all Swift code: the schema itself must refuse.
@Suite("the schema")
struct SchemaTests {
  /// One attempt, on a fleet with hosts h1 and h2, VMs vm-1 and vm-2 on h1, and one of most other things.
  struct Breach: CustomTestStringConvertible, Sendable {
    let what: String
    let sql: String
    var testDescription: String { what }

    init(_ what: String, _ sql: String) {
      self.what = what
      self.sql = sql
    }
  }

  static let vmColumns = "(id, name, host_id, power, revision, vcpus, memory, disk, phase_reason, spec, created_at)"

  static func vm(_ number: Int, name: String, vcpus: Int = 1, memory: Int64 = 1, disk: Int64 = 0) -> String {
    """
    VALUES ('\(VMID.sample(UInt64(number)))', '\(name)', '\(HostID.sample(101))', 'running', 1, \(vcpus), \(memory),
      \(disk), '', '{"name":"\(name)","vcpus":\(vcpus),"memory":\(memory)}', 0)
    """
  }

  static let macColumns = "(mac, state, holder, vm_id, vm_name, host, source, made_at, since)"
  static let portColumns = "(port, state, holder, vm_id, vm_name, host, made_at, since)"
  static let rangeColumns = "(first, last, purpose, made_at)"
  static let poolColumns = "(name, first, last, kind, chooser, cursor, created_at)"
  static let one = "'\(VMID.sample(1))'"
  static let two = "'\(VMID.sample(2))'"
  static let mac = 0x0200_0000_0001

  static let doubles = [
    Breach(
      "a second live row of a MAC",
      """
      INSERT INTO mac_ledger \(macColumns) VALUES (\(mac), 'allocated', \(two), \(two), 'x', 'h1', 'pool', 0, 0)
      """),
    Breach(
      "a live row of a MAC in another's place",
      """
      INSERT OR REPLACE INTO mac_ledger \(macColumns)
      VALUES (\(mac), 'allocated', \(two), \(two), 'x', 'h1', 'pool', 0, 0)
      """),
    Breach(
      "a reservation of a MAC that a VM has",
      """
      INSERT INTO mac_ledger \(macColumns) VALUES (\(mac), 'reserved', NULL, NULL, 'x', '', 'reserved', 0, 0)
      """),
    Breach("a VM with the MAC of another", "UPDATE vm_macs SET mac = \(mac) WHERE vm_id = \(two)"),
    Breach("a VM with a MAC that the ledger does not know", "UPDATE vm_macs SET mac = 77 WHERE vm_id = \(two)"),
    Breach(
      "a MAC of a VM that is not there",
      """
      INSERT INTO mac_ledger \(macColumns) VALUES (99, 'allocated', 'nobody', 'nobody', 'x', 'h1', 'pool', 0, 0)
      """),
    Breach(
      "a multicast MAC",
      """
      INSERT INTO mac_ledger \(macColumns)
      VALUES (\(0x0100_0000_0001), 'reserved', NULL, NULL, 'x', '', 'reserved', 0, 0)
      """),
    Breach("a MAC handed to another VM in place", "UPDATE mac_ledger SET holder = \(two), vm_id = \(two)"),
    Breach(
      "a second live row of a port",
      """
      INSERT INTO port_ledger \(portColumns) VALUES (5901, 'allocated', \(two), \(two), 'x', 'h1', 0, 0)
      """),
    Breach(
      "a live row of a port in another's place",
      """
      INSERT OR REPLACE INTO port_ledger \(portColumns) VALUES (5901, 'allocated', \(two), \(two), 'x', 'h1', 0, 0)
      """),
    Breach(
      "a second port of a VM",
      """
      INSERT INTO port_ledger \(portColumns) VALUES (6000, 'allocated', \(two), \(two), 'x', 'h1', 0, 0)
      """),
    Breach("a VM with the port of another", "UPDATE vms SET vnc_port = 5901 WHERE id = \(two)"),
    Breach("a VM with a port that the ledger does not know", "UPDATE vms SET vnc_port = 6001 WHERE id = \(two)"),
    Breach(
      "a port beyond 65535",
      """
      INSERT INTO port_ledger \(portColumns) VALUES (65536, 'reserved', NULL, NULL, 'x', '', 0, 0)
      """),
    Breach("two VMs of one name", "INSERT INTO vms \(vmColumns) \(vm(9, name: "vm-1"))"),
    Breach("a VM of a taken name in another's place", "INSERT OR REPLACE INTO vms \(vmColumns) \(vm(9, name: "vm-1"))"),
    Breach(
      "a renaming to a taken name",
      """
      UPDATE vms SET name = 'vm-1', spec = json_set(spec, '$.name', 'vm-1') WHERE id = \(two)
      """),
    Breach("a VM made anew under its tombstone", "INSERT INTO vms \(vmColumns) \(vm(3, name: "vm-3"))"),
    Breach("a second host of one name", "UPDATE hosts SET name = 'h1' WHERE name = 'h2'"),
    Breach("a second host on one machine", "UPDATE hosts SET machine_id = 'machine-of-h1' WHERE name = 'h2'"),
  ]

  static let ledger = [
    Breach("a reserved range over another", "INSERT INTO mac_ranges \(rangeColumns) VALUES (150, 250, 'x', 0)"),
    Breach("a reserved range around another", "INSERT INTO mac_ranges \(rangeColumns) VALUES (50, 550, 'x', 0)"),
    Breach(
      "a reserved range over a VM's address",
      "INSERT INTO mac_ranges \(rangeColumns) VALUES (\(0x0200_0000_0000), \(0x0200_0000_0009), 'x', 0)"),
    Breach(
      "an address of a reserved range given to a VM",
      """
      INSERT INTO mac_ledger \(macColumns) VALUES (150, 'allocated', \(two), \(two), 'x', 'h1', 'pool', 0, 0)
      """),
    Breach(
      "a pool over another",
      "INSERT INTO mac_pools \(poolColumns) VALUES ('b', 1500, 2500, 'network', 'br1', 0, 0)"),
    Breach(
      "a second pool of a network",
      "INSERT INTO mac_pools \(poolColumns) VALUES ('b', 3000, 3001, 'network', 'br0', 0, 0)"),
    Breach(
      "a second pool of a name",
      "INSERT INTO mac_pools \(poolColumns) VALUES ('a', 3000, 3001, 'network', 'br1', 0, 0)"),
  ]

  static let oversold = [
    Breach("a VM with more vCPUs than are left", "INSERT INTO vms \(vmColumns) \(vm(9, name: "x", vcpus: 7))"),
    Breach(
      "a VM with more memory than is left",
      """
      INSERT INTO vms \(vmColumns) \(vm(9, name: "x", memory: 14 << 30 | 1))
      """),
    Breach(
      "a VM with more disk than is left",
      """
      INSERT INTO vms \(vmColumns) \(vm(9, name: "x", disk: 200 << 30 | 1))
      """),
    Breach(
      "a VM in another's place that does not fit",
      """
      INSERT OR REPLACE INTO vms \(vmColumns) \(vm(1, name: "vm-1", vcpus: 9))
      """),
    Breach(
      "a VM that grows past the host's vCPUs",
      """
      UPDATE vms SET vcpus = 8, spec = json_set(spec, '$.vcpus', 8) WHERE id = \(one)
      """),
    Breach(
      "a VM that grows past the host's memory",
      """
      UPDATE vms SET memory = 16 << 30, spec = json_set(spec, '$.memory', 16 << 30) WHERE id = \(one)
      """),
    Breach("a VM that grows past the host's disk", "UPDATE vms SET disk = 201 << 30 WHERE id = \(one)"),
    Breach("a VM that moves to a host without room", "UPDATE vms SET host_id = '\(HostID.sample(102))'"),
    Breach("a VM whose numbers differ from its spec", "UPDATE vms SET vcpus = 2 WHERE id = \(one)"),
    Breach("an absurd sum of memory", "INSERT INTO vms \(vmColumns) \(vm(9, name: "x", memory: .max))"),
  ]

  static let lasting = [
    Breach("a ledger row of a MAC deleted", "DELETE FROM mac_ledger"),
    Breach("a ledger row of a port deleted", "DELETE FROM port_ledger"),
    Breach(
      "a ledger row brought back",
      """
      UPDATE mac_ledger SET state = 'allocated', holder = \(one), vm_id = \(one), until = NULL
      WHERE state = 'quarantined'
      """),
    Breach(
      "a ledger row overwritten",
      """
      INSERT OR REPLACE INTO mac_ledger (number, mac, state, vm_name, host, source, made_at, since)
      VALUES (1, 55, 'reserved', 'x', '', 'reserved', 0, 0)
      """),
    Breach("a VM deleted with its addresses still allocated", "DELETE FROM vms WHERE id = \(one)"),
    Breach("a host deleted under its VMs", "DELETE FROM hosts WHERE name = 'h1'"),
    Breach("an image deleted under a VM", "DELETE FROM images"),
    Breach("a reserved range deleted", "DELETE FROM mac_ranges"),
    Breach("a reserved range made wider", "UPDATE mac_ranges SET last = 300"),
    Breach("an ended reservation brought back", "UPDATE mac_ranges SET ended_at = NULL WHERE first = 600"),
    Breach("a pool deleted", "DELETE FROM mac_pools"),
    Breach("a pool moved", "UPDATE mac_pools SET first = 1001 WHERE name = 'a'"),
    Breach("a pool's cursor moved back", "UPDATE mac_pools SET cursor = cursor - 1 WHERE name = 'a'"),
    Breach(
      "a pool made again from the start",
      "INSERT INTO mac_pools \(poolColumns) VALUES ('c', 5000, 5999, 'network', 'br5', 0, 0)"),
    Breach("what an agent told of a cursor forgotten", "DELETE FROM told_cursors"),
    Breach("what an agent told of a cursor lowered", "UPDATE told_cursors SET cursor = cursor - 1"),
    Breach("a sighting deleted", "DELETE FROM mac_sightings"),
    Breach("a sighting of somebody else", "UPDATE mac_sightings SET subject = 'x'"),
    Breach("an ended sighting brought back", "UPDATE mac_sightings SET ended_at = NULL WHERE ended_at IS NOT NULL"),
    Breach("the cursor moved back", "UPDATE fleet SET mac_cursor = mac_cursor - 1"),
    Breach("the epoch moved back", "UPDATE fleet SET epoch = epoch - 1"),
    Breach("the fleet deleted", "DELETE FROM fleet"),
    Breach("another fleet's id", "UPDATE fleet SET id = '\(FleetID.sample(9))'"),
    Breach("the newest event deleted", "DELETE FROM events WHERE number = (SELECT max(number) FROM events)"),
    Breach("all events deleted", "DELETE FROM events"),
    Breach("an event changed", "UPDATE events SET message = 'x'"),
    Breach(
      "an event overwritten",
      """
      INSERT OR REPLACE INTO events (number, at, kind, subject, message) VALUES (1, 0, 'x', 'x', 'x')
      """),
    Breach(
      "an event number left out",
      """
      INSERT INTO events (number, at, kind, subject, message) VALUES (99, 0, 'x', 'x', 'x')
      """),
    Breach("a used token made fresh", "UPDATE tokens SET used_at = NULL"),
    Breach(
      "a token overwritten",
      """
      INSERT OR REPLACE INTO tokens (id, secret_hash, created_at, expires_at)
      SELECT id, secret_hash, created_at, expires_at FROM tokens
      """),
    Breach("a revoked certificate made good", "UPDATE certificates SET revoked_at = NULL"),
    Breach("a certificate forgotten", "DELETE FROM certificates"),
    Breach("a request answered anew", "UPDATE requests SET body_hash = 'x'"),
    Breach("an ended operation begun again", "UPDATE operations SET state = 'running', ended_at = NULL"),
    Breach("an operation that ended at no time", "UPDATE operations SET ended_at = NULL"),
    Breach("a VM's revision moved back", "UPDATE vms SET revision = 0 WHERE id = \(one)"),
    Breach("a VM's revision past its limit", "UPDATE vms SET revision = 1 << 62 WHERE id = \(one)"),
    Breach("text where a number belongs", "UPDATE fleet SET epoch = 'many'"),
  ]

  /// A closed fleet with one of everything.
  private func furnished() async throws -> TemporaryFleet {
    let fleet = try await TemporaryFleet(
      hosts: [
        .sample(), .sample("h2", id: .sample(102), capacity: HostCapacity(vcpus: 0, memory: .zero, disk: .zero)),
      ])
    try await fleet.store.commit { transaction throws in
      try transaction.insertImage(.sample())
      var first = ManagedVM.numbered(1)
      let image = ImageRef(id: .sample(501), name: "tiny")
      first.spec.disks = [DiskSpec(device: .cdrom, target: "sda", source: .medium(image))]
      try transaction.create(first)
      try transaction.create(.numbered(2))
      let gone = ManagedVM.numbered(3)
      try transaction.create(gone)
      try transaction.destroy(gone.id, at: .sample)
      try transaction.insertTombstone(.sample(of: gone))
      try transaction.advanceMACCursor(to: 1000)
      try transaction.furnishLedger()
      try transaction.beginEpoch()
      try transaction.insertToken(
        id: .sample(1), secretHash: String(repeating: "a", count: 64), hostName: nil,
        expiresAt: .sample.adding(seconds: 9),
        createdAt: .sample)
      try transaction.consumeToken(.sample(1), secretHash: String(repeating: "a", count: 64), now: .sample)
      try transaction.insertCertificate(serial: "01", subject: "ann", role: "operator", expiresAt: .sample)
      try transaction.revokeCertificate(serial: "01", at: .sample)
      try transaction.insertRequest(StoredRequest(id: .sample(1), bodyHash: "aa", at: .sample))
      var operation = FleetOperation.sample(.create, steps: ["provision"])
      (operation.state, operation.endedAt) = (.done, .sample)
      try transaction.insertOperation(operation)
    }
    return fleet
  }

  @Test("it refuses by itself", arguments: doubles + ledger + oversold + lasting)
  func refuses(_ breach: Breach) async throws {
    let fleet = try await furnished()
    try fleet.raw { database in
      let before = try contents(database)
      let error = #expect(throws: DatabaseError.self) {
        try database.inTransaction {
          try database.execute(sql: breach.sql)
          return .commit
        }
      }
      // A misspelt attempt would prove nothing.
      #expect(
        error?.resultCode == .SQLITE_CONSTRAINT || error?.message == "integer overflow", "\(String(describing: error))")
      #expect(try contents(database) == before)
    }
  }

  @Test(
    "it refuses doubles and lost rows even with foreign keys off",
    arguments: [
      doubles[0], doubles[1], doubles[8], doubles[9], doubles[14], oversold[0], oversold[4], lasting[0], lasting[2],
    ])
  func refusesWithoutForeignKeys(_ breach: Breach) async throws {
    let fleet = try await furnished()
    try fleet.raw(foreignKeys: false) { database in
      _ = #expect(throws: DatabaseError.self) { try database.execute(sql: breach.sql) }
    }
  }

  @Test("each trigger speaks a rule that the border knows")
  func rules() async throws {
    let fleet = try await TemporaryFleet()
    let triggers = try fleet.raw { database in
      try String.fetchAll(database, sql: "SELECT sql FROM sqlite_master WHERE type = 'trigger'")
    }
    let spoken = Set(triggers.flatMap { $0.matches(of: /RAISE\(ABORT, '([a-z.]+)'\)/).map { String($0.1) } })
    #expect(spoken == Set(SchemaViolation.allCases.map(\.rawValue)))
    // One trigger refuses nothing: it writes what concerns keys down a second time.
    #expect(triggers.filter { !$0.contains("RAISE") }.map { $0.contains("event_is_audited") } == [true])
  }

  @Test("every table is strict")
  func strict() async throws {
    let fleet = try await TemporaryFleet()
    let loose = try fleet.raw { database in
      try String.fetchAll(
        database,
        sql:
          "SELECT name FROM pragma_table_list WHERE NOT strict AND name NOT GLOB 'sqlite_*' AND name NOT GLOB 'grdb_*'")
    }
    #expect(loose.isEmpty)
  }

  private func contents(_ database: Database) throws -> [String: [Row]] {
    let tables = try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
    return try Dictionary(
      uniqueKeysWithValues: tables.map { ($0, try Row.fetchAll(database, sql: "SELECT * FROM \($0)")) })
  }
}
