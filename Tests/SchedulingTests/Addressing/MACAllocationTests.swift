import Fleet
import FleetTestKit
import Scheduling
import Testing

@Suite("MAC allocation")
struct MACAllocationTests {
  private static func pool(_ count: UInt64) throws -> MACPool {
    let first = try #require(MACAddress(number: 0x0200_0000_0100))
    return try MACPool(name: "default", first: first, last: try #require(MACAddress(number: first.number + count - 1)))
  }

  @Test("addresses follow the cursor, taken ones are passed over")
  func walks() throws {
    let taken: Set<UInt64> = [0x0200_0000_0101, 0x0200_0000_0102]
    let grant = try MACAllocation.next(count: 3, pool: try Self.pool(16), cursor: 0) { taken.contains($0.number) }.get()
    #expect(grant.macs.map(\.number) == [0x0200_0000_0100, 0x0200_0000_0103, 0x0200_0000_0104])
    #expect(grant.cursor == 5)
  }

  @Test("none are given when none are wanted", arguments: [0, -1, Int.min])
  func none(_ count: Int) throws {
    let grant = try MACAllocation.next(count: count, pool: try Self.pool(1), cursor: 7) { _ in true }.get()
    #expect(grant.macs.isEmpty && grant.cursor == 7)
  }

  @Test("the cursor grows beyond the pool's size and comes to retired addresses again")
  func round() throws {
    let pool = try Self.pool(4)
    let grant = try MACAllocation.next(count: 2, pool: pool, cursor: 7) { _ in false }.get()
    #expect(grant.macs == [pool.last, pool.first])
    #expect(grant.cursor == 9)
  }

  @Test("a pool with too few free addresses is exhausted after one round")
  func exhausted() throws {
    let pool = try Self.pool(4)
    var asked = 0
    let result = MACAllocation.next(count: 3, pool: pool, cursor: 2) { address in
      asked += 1
      return address.number % 2 == 0
    }
    guard case .failure(let error) = result else {
      Issue.record("4 addresses, 2 of them taken, gave 3")
      return
    }
    #expect(error.code == .exhausted)
    #expect(error.message.contains("has 2 free addresses, 3 are wanted"))
    #expect(asked == 4)
  }

  @Test("a cursor at the end of its range is exhausted and does not trap")
  func hugeCursor() throws {
    let result = MACAllocation.next(count: 1, pool: try Self.pool(4), cursor: .max) { _ in false }
    #expect(throws: FleetError.self) { try result.get() }
    let last = try MACAllocation.next(count: 1, pool: try Self.pool(4), cursor: .max - 1) { _ in false }.get()
    #expect(last.cursor == .max)
  }

  /// A small pool under steady use: VMs come and go, and what was released stays away for its quarantine.
  @Test("no address is given twice at once or within its quarantine", arguments: Array(1...100) as [UInt64])
  func quarantine(_ seed: UInt64) throws {
    let source = SeededRandomSource(seed: seed)
    let clock = ManualClock()
    let pool = try Self.pool(UInt64(source.int(in: 8...64)))
    var cursor: UInt64 = 0
    var held: Set<MACAddress> = []
    var released: [MACAddress: Timestamp] = [:]
    for _ in 0..<400 {
      clock.advance(seconds: Int64(source.int(in: 0...7200)))
      let now = clock.now()
      if source.once(in: 2), let gone = held.min(by: { $0.number % 7 < $1.number % 7 }) {
        held.remove(gone)
        released[gone] = now
      }
      let wanted = source.int(in: 1...3)
      let result = MACAllocation.next(count: wanted, pool: pool, cursor: cursor) { address in
        held.contains(address) || released[address].map { now < $0.adding(seconds: 7 * 3600) } ?? false
      }
      guard case .success(let grant) = result else { continue }
      #expect(grant.macs.count == wanted && Set(grant.macs).count == wanted, "seed \(seed)")
      #expect(grant.cursor >= cursor + UInt64(wanted), "seed \(seed)")
      for mac in grant.macs {
        #expect(pool.contains(mac) && !held.contains(mac), "seed \(seed): \(mac)")
        if let end = released[mac]?.adding(seconds: 7 * 3600) { #expect(end <= now, "seed \(seed): \(mac)") }
        held.insert(mac)
      }
      cursor = grant.cursor
    }
  }
}
