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

@Suite("Patterns of names")
struct NamePatternTests {
  @Test(
    "* is any text, ? one character, and the rest stands for itself",
    arguments: [
      ("web-1", "web-1", true), ("web-1", "web-12", false), ("web", "web-1", false), ("web-*", "web-", true),
      ("*", "", true), ("", "", true), ("", "a", false), ("?", "ä", true), ("?", "", false), ("*-?", "a-b-c", true),
      ("a*b*c", "aXbYbZc", true), ("a*b*c", "aXbYbZ", false), ("**", "x", true), ("[ab]", "a", false),
      ("Web*", "web-1", false), ("*1", "web-11", true), ("*.*", "ab", false),
    ])
  func matches(pattern: String, name: String, expected: Bool) {
    #expect(NamePattern(pattern).matches(name) == expected)
  }

  @Test("a pattern of many stars costs no more than its length times the name's")
  func stars() {
    let pattern = NamePattern(String(repeating: "a*", count: 100) + "b")
    #expect(!pattern.matches(String(repeating: "a", count: 255)))
  }
}
