import Fleet
import Testing

@Suite("UniqueID")
struct UniqueIDTests {
  private static let text = "0123abcd-4567-89ab-cdef-0123456789ab"

  @Test("a UUID is read with and without hyphens, in either case")
  func reads() throws {
    let id = try #require(UniqueID(Self.text))
    #expect(id.description == Self.text)
    #expect(UniqueID(Self.text.uppercased()) == id)
    #expect(UniqueID(String(Self.text.filter { $0 != "-" })) == id)
    #expect(id.high == 0x0123_abcd_4567_89ab)
    #expect(id.low == 0xcdef_0123_4567_89ab)
  }

  @Test(
    "what is not a UUID is refused",
    arguments: [
      "", "-", "0123abcd", "0123abcd-4567-89ab-cdef-0123456789a", "0123abcd-4567-89ab-cdef-0123456789abc",
      "0123abcd-4567-89ab-cdef0123456789ab", "0123abcd4567-89ab-cdef-0123456789ab-",
      "0123abcg-4567-89ab-cdef-0123456789ab",
      "{0123abcd-4567-89ab-cdef-0123456789ab}", " 0123abcd-4567-89ab-cdef-0123456789ab",
      "0123abcd-4567-89ab-cdef-0123456789é", String(repeating: "-", count: 36), String(repeating: "a", count: 100_000),
      "012-3abcd4567-89ab-cdef-0123456789ab", "٠123abcd-4567-89ab-cdef-0123456789ab",
    ])
  func refuses(_ text: String) {
    #expect(UniqueID(text) == nil)
  }

  @Test("random identifiers are of version 4", arguments: [0, 1, UInt64.max, 0x5555_5555_5555_5555])
  func random(_ bits: UInt64) throws {
    struct Fixed: RandomSource {
      let bits: UInt64
      func next() -> UInt64 { bits }
    }
    let text = Array(UniqueID(from: Fixed(bits: bits)).description)
    #expect(text.count == 36)
    #expect(text[14] == "4")
    #expect("89ab".contains(text[19]))
  }

  @Test("identifiers are ordered as their texts are")
  func order() {
    let ids = [(0, 0), (0, 1), (0, UInt64.max), (1, 0), (UInt64.max, 0)].map { UniqueID(high: $0.0, low: $0.1) }
    #expect(ids.reversed().sorted() == ids)
    #expect(ids.map(\.description).sorted() == ids.map(\.description))
  }

  @Test("an identifier keeps its kind's text")
  func kinds() throws {
    let id = try #require(VMID(Self.text))
    #expect(id.description == Self.text)
    #expect(VMID("web-1") == nil)
  }
}
