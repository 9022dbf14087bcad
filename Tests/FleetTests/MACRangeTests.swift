import Fleet
import Testing

@Suite("MAC ranges and pieces of addresses")
struct MACRangeTests {
  @Test(
    "a range is read from an address, from both ends and from a prefix",
    arguments: [
      ("02:16:3e:5d:aa:a8", "02:16:3e:5d:aa:a8"), ("02-16-3E-5D-AA-A8", "02:16:3e:5d:aa:a8"),
      ("02:16:3e:00:00:00-02:16:3e:00:00:ff", "02:16:3e:00:00:00-02:16:3e:00:00:ff"),
      ("02-16-3e-00-00-00-02-16-3e-00-00-ff", "02:16:3e:00:00:00-02:16:3e:00:00:ff"),
      ("0216.3e00.0000-0216.3e00.00ff", "02:16:3e:00:00:00-02:16:3e:00:00:ff"),
      ("00:16:3e", "00:16:3e:00:00:00-00:16:3e:ff:ff:ff"), ("00-16-3E", "00:16:3e:00:00:00-00:16:3e:ff:ff:ff"),
    ])
  func read(_ text: String, _ expected: String) throws {
    #expect(try MACRange(parsing: text).description == expected)
  }

  @Test(
    "what is no range is refused",
    arguments: [
      "", "-", "x", "01:00:5e", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "02:16:3e:00:00:ff-02:16:3e:00:00:00",
      "02:16:3e:00:00:00-03:16:3e:00:00:00", "02:16:3e:00:00:00-", "02:16:3e:00:00:00-02:16", "02:16:3e:00:00:00:00",
    ])
  func refused(_ text: String) {
    let error = #expect(throws: FleetError.self) { try MACRange(parsing: text) }
    #expect(error?.code == .invalid)
  }

  @Test(
    "an address is found by any piece of it, however it is written",
    arguments: [
      "00:16:3e:5d:aa:a8", "00-16-3E-5D-AA-A8", "0016.3e5d.aaa8", "00163E5DAAA8", "5d:aa:a8", "5D-AA-A8", "aaa8",
      "0016.3e", "00:16:3e", "a8", "16 3e", "daa",
    ])
  func pieces(_ text: String) throws {
    let mac = try #require(MACAddress("00:16:3e:5d:aa:a8"))
    #expect(try MACPattern(text).matches(mac))
    #expect(try (MACPattern(text).address == mac) == (text.filter(\.isHexDigit).count == 12))
  }

  @Test("a piece of whole bytes begins at a byte, and another address is not found")
  func elsewhere() throws {
    let mac = try #require(MACAddress("00:16:3e:5d:aa:a8"))
    #expect(try !MACPattern("63e5").matches(mac))
    #expect(try MACPattern("63e").matches(mac))
    #expect(try !MACPattern("5d:aa:a9").matches(mac) && !MACPattern("00:16:3e:5d:aa:a9").matches(mac))
  }

  @Test("what is no piece of an address is refused", arguments: ["", "a", ":", "xyz", "00:16:3e:5d:aa:a8:00", "０１"])
  func noPiece(_ text: String) {
    #expect(throws: FleetError.self) { try MACPattern(text) }
  }
}
