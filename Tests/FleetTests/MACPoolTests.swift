import Fleet
import Testing

@Suite("MACPool")
struct MACPoolTests {
  @Test(
    "a prefix spans all addresses under it",
    arguments: [
      ("00:16:3e", "00:16:3e:00:00:00", "00:16:3e:ff:ff:ff", 1 << 24),
      ("02:ab:cd", "02:ab:cd:00:00:00", "02:ab:cd:ff:ff:ff", 1 << 24),
      ("02", "02:00:00:00:00:00", "02:ff:ff:ff:ff:ff", 1 << 40),
      ("02:AB:cd:ef:01", "02:ab:cd:ef:01:00", "02:ab:cd:ef:01:ff", 256),
      ("00", "00:00:00:00:00:01", "00:ff:ff:ff:ff:ff", (1 << 40) - 1),
    ] as [(String, String, String, UInt64)])
  func prefix(_ prefix: String, _ first: String, _ last: String, _ count: UInt64) throws {
    let pool = try MACPool(name: "p", prefix: prefix)
    #expect(pool.first.description == first)
    #expect(pool.last.description == last)
    #expect(pool.count == count)
    #expect(pool.contains(pool.first) && pool.contains(pool.last))
  }

  @Test(
    "what is not a prefix is refused",
    arguments: [
      "", ":", "0", "00:", "00:1", "00:16:3g", "00-16-3e", "01", "ff:ff", "33:33", "00:16:3e:5d:aa:a8", "00163e",
      String(repeating: "00:", count: 10_000),
    ])
  func refuses(_ prefix: String) {
    let error = #expect(throws: FleetError.self) { try MACPool(name: "p", prefix: prefix) }
    #expect(error?.code == .invalid)
  }

  @Test("a range is not empty, not multicast, and its neighbours are outside")
  func ranges() throws {
    func address(_ number: UInt64) throws -> MACAddress { try #require(MACAddress(number: number)) }
    let (low, high) = (try address(0x0200_0000_0010), try address(0x0200_0000_001f))
    let pool = try MACPool(name: "p", first: low, last: high)
    #expect(pool.count == 16)
    #expect(pool.contains(try address(0x0200_0000_000f)) == false)
    #expect(pool.contains(try address(0x0200_0000_0020)) == false)
    #expect(throws: FleetError.self) { try MACPool(name: "p", first: high, last: low) }
    #expect(throws: FleetError.self) { try MACPool(name: "p", first: try address(0), last: low) }
    #expect(throws: FleetError.self) {
      try MACPool(name: "p", first: low, last: try address(0x0300_0000_0000))
    }
    #expect(throws: FleetError.self) {
      try MACPool(name: "p", first: low, last: try address(0x0400_0000_0000))
    }
  }
}
