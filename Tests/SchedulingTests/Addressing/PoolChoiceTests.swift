import Fleet
import FleetTestKit
import Scheduling
import Testing

@Suite("MAC pools")
struct PoolChoiceTests {
  private static func record(_ name: String, _ prefix: String, _ selector: MACPoolSelector) throws -> MACPoolRecord {
    MACPoolRecord(pool: try MACPool(name: name, prefix: prefix), selector: selector, createdAt: .sample)
  }

  @Test("the network decides before a label, a label before the rest, the own pool last")
  func order() throws {
    let own = try Self.record("default", "02:ab:cd", .fleet)
    let bridge = try Self.record("seed", "00:16:3e", .network("br0"))
    let label = try Self.record("front", "06:00:00", .label(key: "tier", value: "front"))
    let rest = try Self.record("rest", "0a:00:00", .fleet)
    let pools = [own, bridge, label, rest]
    func name(_ nic: NICSource, _ labels: [String: String] = [:], among: [MACPoolRecord]) -> String? {
      PoolChoice.pool(for: NICSpec(source: nic), labels: labels, among: among)?.pool.name
    }
    let front = ["tier": "front"]
    #expect(name(.bridge("br0"), front, among: pools) == "seed")
    #expect(name(.network("br0"), among: pools) == "seed")
    #expect(name(.bridge("br1"), front, among: pools) == "front")
    #expect(name(.bridge("br1"), ["tier": "back"], among: pools) == "rest")
    #expect(name(.bridge("br1"), among: [label, bridge, own]) == "default")
    #expect(name(.bridge("br1"), among: []) == nil)
  }

  @Test("a block of taken addresses is passed over in one step, at the pool's end too")
  func blocks() throws {
    let pool = try MACPool(name: "p", prefix: "02:00:00")
    let block = try MACRange(
      first: try #require(MACAddress(number: pool.first.number + 1)),
      last: try #require(MACAddress(number: pool.last.number - 1)))
    var asked = 0
    let result = MACAllocation.next(count: 2, pool: pool, cursor: 0) { mac -> MACAddress? in
      asked += 1
      return block.contains(mac) ? block.last : nil
    }
    let grant = try result.get()
    #expect(grant.macs == [pool.first, pool.last] && grant.cursor == pool.count && asked == 3)
    let full = MACAllocation.next(count: 3, pool: pool, cursor: 5) { mac -> MACAddress? in
      block.contains(mac) ? MACAddress("02:ff:ff:ff:ff:ff") : nil
    }
    #expect(throws: FleetError.self) { try full.get() }
  }

  @Test("a pool runs out when its free addresses are used up at the rate of late")
  func forecast() {
    func seconds(_ free: UInt64, _ net: Int64, _ seconds: Double) -> Double? {
      PoolForecast.runsOutInSeconds(free: free, recent: (net, seconds))
    }
    #expect(seconds(1000, 100, 86400) == 864_000)
    #expect(seconds(0, 0, 0) == 0)
    #expect(seconds(1000, 0, 86400) == nil && seconds(1000, -5, 86400) == nil)
    #expect(seconds(1000, 100, 60) == nil)
  }

  @Test("a range of ports that gets in the way of others is warned about")
  func ports() {
    #expect(PortRangeAdvice.warnings(5900...32767).isEmpty)
    #expect(PortRangeAdvice.warnings(5900...32768).count == 1)
    #expect(PortRangeAdvice.warnings(49000...49152).count == 2)
    #expect(PortRangeAdvice.warnings(61000...65535) == [])
    #expect(PortRangeAdvice.warnings(6000...6100, held: [5900, 6000, 6101]).first?.hasPrefix("2 VMs keep") == true)
  }
}
