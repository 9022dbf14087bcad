import Fleet
import Testing

@testable import Coordinator

@Suite("Addresses to listen on")
struct ListenAddressTests {
  @Test(
    "an address is read and written back",
    arguments: ["127.0.0.1:7440", "0.0.0.0:1", "[::1]:65535", "host-1.example.org:7440", "localhost:80"])
  func roundTrip(text: String) throws {
    #expect(try ListenAddress(parsing: text).description == text)
  }

  @Test(
    "what is no address is refused",
    arguments: [
      "", ":", "host", "host:", "host:0", "host:65536", "host:-1", ":80", "::1:80", "a b:80", "a/b:80", "h:8\u{0}",
    ])
  func refused(text: String) {
    #expect(throws: FleetError.self) { try ListenAddress(parsing: text) }
  }

  @Test("enrolment is served on the next port, if there is one")
  func nextPort() throws {
    #expect(try ListenAddress(parsing: "[::1]:7440").next().description == "[::1]:7441")
    #expect(throws: FleetError.self) { try ListenAddress(host: "h", port: 65535).next() }
  }
}
