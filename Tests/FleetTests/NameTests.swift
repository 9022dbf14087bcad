import Fleet
import Testing

@Suite("Name")
struct NameTests {
  @Test(
    "names of letters, digits, '.', '_' and '-' stand",
    arguments: ["a", "web-1", "test_ubuntu", "1", "_x", "A.b", "a..b", "a-", String(repeating: "x", count: 63)])
  func stands(_ name: String) throws {
    #expect(try NameRule.checked(name, of: "VM") == name)
  }

  @Test(
    "names that could mean something else are refused",
    arguments: [
      "", ".", "..", "../x", "a/b", "/etc/passwd", "-rf", ".hidden", "a b", " a", "a\n", "a\u{0}", "a\u{1B}[31m", "a;b",
      "$(id)", "a'b", "a\"b", "<a>", "&amp;", "é", "web‑1", "\u{202E}abc", "虚拟机", "a\\b", "a:b", "a%00",
      String(repeating: "x", count: 64), String(repeating: "x", count: 1_000_000),
    ])
  func refuses(_ name: String) {
    let error = #expect(throws: FleetError.self) { try NameRule.checked(name, of: "VM") }
    #expect(error?.code == .invalid)
    #expect(error?.message.contains("VM") == true)
    #expect((error?.message.utf8.count ?? 0) < 3000)
    #expect(error?.message.isPrintable == true)
  }
}
