import Fleet
import FleetTestKit
import RoostAPI
import Testing

/// The line that lets a host join.
@Suite("Join tokens")
struct JoinTokenTests {
  private func token(_ seed: UInt64, address: String = "192.0.2.7:7441") throws -> JoinToken {
    let source = SeededRandomSource(seed: seed)
    func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: source.next()) } }
    return try JoinToken(
      id: ID(from: source), secret: bytes(32), address: address, authorityFingerprint: Hexadecimal.text(bytes(32)),
      expiresAt: Timestamp(seconds: Int64(source.int(in: 0...253_402_300_799))))
  }

  private func refusal(_ text: String) -> String? {
    do throws(FleetError) {
      _ = try JoinToken(parsing: text)
      return nil
    } catch {
      return error.message
    }
  }

  @Test("a token is read back from its line")
  func roundTrip() throws {
    for seed in 0..<200 as Range<UInt64> {
      let addresses = ["a:1", "192.0.2.7:7441", "[2001:db8::1]:65535", "coordinator.example.com:7441"]
      let token = try token(seed, address: addresses[Int(seed % 4)])
      #expect(try JoinToken(parsing: token.text) == token)
      #expect(try JoinToken(parsing: "  \(token.text)\n") == token)
      #expect(token.text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "'") })
    }
  }

  @Test("every single wrong character is noticed")
  func typos() throws {
    let text = Array(try token(7).text)
    for index in text.indices.dropFirst(7) {
      var typo = text
      typo[index] = typo[index] == "A" ? "B" : "A"
      #expect(refusal(String(typo)) == "the join token is mistyped or cut off", "at \(index)")
    }
  }

  @Test("a line that is cut off anywhere is noticed")
  func cut() throws {
    let text = try token(8).text
    for length in 0..<text.count { #expect(refusal(String(text.prefix(length))) != nil, "at \(length)") }
  }

  @Test("what is no token is told from a mistyped one")
  func foreign() throws {
    #expect(refusal("hello") == "this is not a join token")
    #expect(refusal("") == "this is not a join token")
    #expect(refusal("roost1.") == "the join token is mistyped or cut off")
    let newer = "roost2." + (try token(9).text.dropFirst(7))
    #expect(refusal(newer) == "this join token is of another version of Roost")
    #expect(refusal("roost1." + String(repeating: "A", count: 100_000)) == "the join token is mistyped or cut off")
  }

  @Test("a token can be printed without telling its secret")
  func secret() throws {
    let token = try token(10)
    #expect(!"\(token)".contains(Hexadecimal.text(token.secret)))
    #expect(!"\(token)".contains(token.text))
    #expect(String(reflecting: token) == "\(token)")
  }

  @Test("a token is not made of parts that can't be", arguments: ["", ":1", "host", "host:0", "host:65536", "a b:1"])
  func parts(address: String) {
    #expect(throws: FleetError.self) { try token(11, address: address) }
  }
}
