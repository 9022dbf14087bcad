import Fleet
import Testing

@Suite("Cursors of MAC pools")
struct PoolCursorsTests {
  @Test("a cursor only goes forward, and the one that is ahead is found")
  func forward() throws {
    let (low, high) = (try MACRange(parsing: "02:16:3d"), try MACRange(parsing: "02:16:3e"))
    var one = PoolCursors()
    one.raise(low, to: 5)
    one.raise(low, to: 3)
    #expect(one[low] == 5 && one[high] == 0)
    var other = one
    other.raise(high, to: 1)
    #expect(one.rangeAhead(of: other) == nil && one.rangeAhead(of: one) == nil)
    #expect(other.rangeAhead(of: one) == high)
    one.raise(low, to: 6)
    #expect(one.rangeAhead(of: other) == low)
    other.raise(to: one)
    #expect(other[low] == 6 && other[high] == 1)
    one.raise(high, to: 0)
    #expect(one.byRange.count == 1)
  }
}
