import Fleet
import Testing

@Suite("Hexadecimal")
struct HexadecimalTests {
  @Test("bytes read back as they were written")
  func roundTrip() {
    let bytes = (0...255).map { UInt8($0) }
    #expect(Hexadecimal.bytes(Hexadecimal.text(bytes)) == bytes)
    #expect(Hexadecimal.bytes(Hexadecimal.text(bytes).uppercased()) == bytes)
    #expect(Hexadecimal.bytes("") == [])
  }

  @Test("odd counts and foreign characters are refused", arguments: ["a", "abc", "0g", "0x", " 0", "é"])
  func refuses(_ text: String) {
    #expect(Hexadecimal.bytes(text) == nil)
  }

  @Test("numbers get leading zeros and are never cut")
  func numbers() {
    #expect(Hexadecimal.text(0, digits: 2) == "00")
    #expect(Hexadecimal.text(0xabc, digits: 2) == "abc")
    #expect(Hexadecimal.text(0x10, digits: 1) == "10")
    #expect(Hexadecimal.text(0, digits: 0) == "0")
    #expect(Hexadecimal.text(5, digits: 18) == "000000000000000005")
    #expect(Hexadecimal.text(.max, digits: 16) == "ffffffffffffffff")
    #expect(Hexadecimal.text(7, digits: -1) == "7")
  }
}
