import Fleet
import FleetTestKit
import Scheduling
import Testing

@Suite("The cursor's jump after a part of the ledger was lost")
struct MACJumpTests {
  @Test("it is past what agents were told and, in the first round, past what guests have")
  func jump() throws {
    let pool = try MACPool(name: "default", prefix: "02:aa:bb")
    let seen = Set([7, 300].compactMap { MACAddress(number: pool.first.number + $0) })
    let outside = try #require(MACAddress("52:54:00:ff:ff:ff"))
    func cursor(_ own: UInt64, told: UInt64) -> UInt64 {
      MACAllocation.cursor(own, after: told, seen: seen.union([outside]), pool: pool)
    }
    #expect(cursor(5, told: 0) == 301)
    #expect(cursor(5, told: 400) == 400)
    #expect(cursor(500, told: 400) == 500)
    #expect(cursor(5, told: pool.count + 9) == pool.count + 9)
  }

  @Test("addresses on the way are told once each, the last of too many, round the end too")
  func walked() throws {
    let pool = try MACPool(
      name: "small", first: #require(MACAddress("02:aa:bb:00:00:10")), last: #require(MACAddress("02:aa:bb:00:00:13")))
    func walked(_ from: UInt64, _ to: UInt64, atMost most: Int = 100) -> [UInt64] {
      MACAllocation.walked(from: from, to: to, pool: pool, atMost: most).map { $0.number & 0xF }
    }
    #expect(walked(1, 3) == [1, 2])
    #expect(walked(6, 9) == [2, 3, 0])
    #expect(walked(0, 400) == [0, 1, 2, 3])
    #expect(walked(0, 4, atMost: 2) == [2, 3])
    #expect(walked(3, 3).isEmpty && walked(4, 3).isEmpty && walked(0, 4, atMost: 0).isEmpty)
    #expect(walked(.max - 1, .max) == [2])
  }

  @Test("an address that was handed out after the backup is never next", arguments: 0..<200 as Range<UInt64>)
  func never(_ seed: UInt64) throws {
    let random = SeededRandomSource(seed: seed)
    let pool = try MACPool(name: "default", prefix: "02:aa:bb")
    let backup = random.next() % 1000
    let real = backup + random.next() % 1000
    let told = real - random.next() % (real - backup + 1)
    // Everything between is out; guests have what was handed out after the last that agents heard of.
    let handedOut = Set((backup..<real).compactMap { MACAddress(number: pool.first.number + $0) })
    let seen = handedOut.filter { $0.number - pool.first.number >= told }
    let cursor = MACAllocation.cursor(backup, after: told, seen: seen, pool: pool)
    let next = try MACAllocation.next(count: 3, pool: pool, cursor: cursor, isTaken: { _ in false }).get()
    #expect(handedOut.isDisjoint(with: next.macs))
  }
}
