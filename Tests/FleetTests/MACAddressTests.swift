import Fleet
import Testing

@Suite("MACAddress")
struct MACAddressTests {
  @Test(
    "an address is read in every common form",
    arguments: ["00:16:3e:5d:aa:a8", "00-16-3E-5D-AA-A8", "0016.3e5d.aaa8", "00163e5daaa8", "00:16:3E:5d:Aa:a8"])
  func reads(_ text: String) throws {
    let address = try #require(MACAddress(text))
    #expect(address.number == 0x0016_3e5d_aaa8)
    #expect(address.description == "00:16:3e:5d:aa:a8")
  }

  @Test(
    "what is not an address is refused",
    arguments: [
      "", ":", ":::::", "00:16:3e:5d:aa", "00:16:3e:5d:aa:a8:01", "0:16:3e:5d:aa:a8", "00:16:3e:5d:aa:g8",
      "00:16-3e:5d-aa:a8", "00163e:5daaa8", "0016.3e5d:aaa8", "00:16:3e:5d:aa:a8 ", " 00:16:3e:5d:aa:a8",
      "00:16:3e:5d:aa:a", "+0:16:3e:5d:aa:a8", "-0:16:3e:5d:aa:a8", "00163e5daaa", "0016.3e5d.aaa8.0000",
      "00:16:3e:5d:aa:é", "٠0:16:3e:5d:aa:a8", String(repeating: "00:", count: 100_000),
    ])
  func refuses(_ text: String) {
    #expect(MACAddress(text) == nil)
    let error = #expect(throws: FleetError.self) { try MACAddress(choosing: text) }
    #expect(error?.code == .invalid)
  }

  @Test(
    "addresses that no interface may have can't be chosen",
    arguments: [
      ("00:00:00:00:00:00", "all-zero"), ("ff:ff:ff:ff:ff:ff", "broadcast"), ("01:00:5e:00:00:01", "multicast"),
      ("33:33:00:00:00:01", "multicast"),
    ])
  func unusable(_ text: String, _ kind: String) throws {
    let error = #expect(throws: FleetError.self) { try MACAddress(choosing: text) }
    #expect(error?.message.contains(kind) == true)
    #expect(try #require(MACAddress(text)).isUsable == false)
  }

  @Test("the bits of the first byte are told apart")
  func bits() throws {
    let local = try MACAddress(choosing: "02:00:00:00:00:01")
    #expect(local.isLocallyAdministered && !local.isMulticast && local.isUsable)
    let assigned = try MACAddress(choosing: "00:16:3e:00:00:01")
    #expect(!assigned.isLocallyAdministered && !assigned.isMulticast)
  }

  @Test("numbers of more than 48 bits are refused")
  func numbers() {
    #expect(MACAddress(number: 1 << 48) == nil)
    #expect(MACAddress(number: .max) == nil)
    #expect(MACAddress(number: (1 << 48) - 1)?.description == "ff:ff:ff:ff:ff:ff")
    #expect(MACAddress(number: 1)?.description == "00:00:00:00:00:01")
  }

  @Test("every address reads back as it was written")
  func roundTrip() {
    for shift in 0..<48 {
      let address = MACAddress(number: 1 << UInt64(shift))
      #expect(address.map(\.description).flatMap(MACAddress.init) == address)
    }
  }
}
