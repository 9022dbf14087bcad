import Fleet
import Testing

/// What can be of any length is not looked at beyond the length of the longest that is right.
@Suite("Texts without an end")
struct LongTextTests {
  @Test("a megabyte of separators is refused at once", arguments: ["-", ":", ".", "02-", "0", " "])
  func separators(_ piece: String) {
    let text = String(repeating: piece, count: 1_000_000)
    let taken = ContinuousClock().measure {
      #expect(MACAddress(text) == nil)
      #expect(throws: FleetError.self) { try MACRange(parsing: text) }
      #expect(throws: FleetError.self) { try MACPool(name: "p", prefix: text) }
      #expect(throws: FleetError.self) { try MACPattern(text) }
      #expect(throws: FleetError.self) { try NameRule.checked(text, of: "VM") }
      #expect(UniqueID(text) == nil)
      #expect(!IPAddress.isAddress(text))
      #expect(throws: FleetError.self) { try ByteCount(parsing: text) }
    }
    #expect(taken < .seconds(2))
  }

  @Test("the longest way to write a range is read")
  func longest() throws {
    #expect(try MACRange(parsing: "02-16-3E-00-00-00-02-16-3E-00-00-FF").count == 256)
    #expect(throws: FleetError.self) { try MACRange(parsing: "02-16-3E-00-00-00-02-16-3E-00-00-FF ") }
  }

  @Test("pages of a host that says anything fit its memory, and trap nothing")
  func pages() {
    let said = HugePages(pageSize: .mebibytes(2), total: .max, free: .max)
    var held = said.held(in: .gibibytes(4))
    #expect(held.total == 2048 && held.free == 2048)
    #expect(HugePages(pageSize: .zero, total: .max, free: 1).held(in: .gibibytes(4)).total == 0)
    held.take(.min)
    #expect(held.free == .max)
    held.take(-1)
    #expect(held.free == .max)
  }

  @Test("an absurd revision counts for nothing, and the last one is not passed")
  func revisions() throws {
    func mark(_ revision: Int64) -> VMMark {
      VMMark(fleetID: "", vmID: VMID(UniqueID(high: 1, low: 1)), revision: revision, allocations: Allocations())
    }
    #expect(mark(7).credibleRevision == 7)
    #expect(mark(.max).credibleRevision == 0)
    #expect(mark(VMMark.highestRevision).credibleRevision == 0)
  }
}
