import Fleet
import Testing

@testable import Coordinator

@Suite("FleetInitializer")
struct FleetInitializerTests {
  /// A random source that always answers with one number.
  private struct ConstantSource: RandomSource {
    let number: UInt64

    func next() -> UInt64 { number }
  }

  @Test("a fleet's prefix is locally administered and makes a pool", arguments: [0, 0x01, 0x42, 0xff] as [UInt64])
  func prefix(_ byte: UInt64) throws {
    let prefix = FleetInitializer.macPrefix(ConstantSource(number: 7 << 8 | byte))
    let pool = try MACPool(name: "default", prefix: prefix)
    #expect(prefix.hasPrefix("02:") && prefix.hasSuffix(":07"))
    #expect(pool.first.isLocallyAdministered && pool.first.isUsable && pool.last.isUsable)
    #expect(pool.count == 1 << 24)
  }
}
