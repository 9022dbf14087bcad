import Fleet
import FleetTestKit
import GRDB
import Store
import Testing

@Suite("a large fleet")
struct ScaleTests {
  /// The ledger of a fleet that has handed out two hundred thousand addresses.
  private func openLongLedger(of fleet: TemporaryFleet) throws -> FleetStore {
    try fleet.raw { database in
      try database.execute(
        sql: """
          WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
          INSERT INTO mac_ledger (mac, state, vm_name, host, source, made_at, since)
          SELECT i + 2199023255552, iif(i % 3 = 0, 'retired', 'reserved'), 'x', '', 'reserved', 0, 0 FROM n
          """)
    }
    return try FleetStore.open(at: fleet.path)
  }

  @Test("a thousand questions for an address's holder cost less than one ledger walk")
  func holders() async throws {
    let fleet = try await TemporaryFleet()
    let store = try openLongLedger(of: fleet)
    let clock = ContinuousClock()
    let (walk, questions) = try await store.read { reader throws in
      var (rows, free) = (0, 0)
      let walk = try clock.measure { rows = try reader.macEntries(includeRetired: true).count }
      let questions = try clock.measure {
        for number in 1...1000 as ClosedRange<UInt64> {
          if try reader.macHolder(.numbered(number * 199)) == nil { free += 1 }
        }
      }
      #expect(rows == 200_000)
      #expect(free == 333)
      return (walk, questions)
    }
    #expect(questions < walk, "\(questions) and \(walk)")
    try store.close()
  }
}
