import Fleet
import Testing

@Suite("Printable text")
struct PrintableTests {
  @Test(
    "control characters are escaped, other characters are kept",
    arguments: [
      ("web-1", "web-1"), ("", ""), ("虚拟机", "虚拟机"), ("a\nb", "a\\u{a}b"), ("\u{1B}[31m", "\\u{1b}[31m"),
      ("\u{202E}x", "\\u{202e}x"), ("a\u{2028}b", "a\\u{2028}b"), ("\u{0}", "\\u{0}"), ("\u{7F}", "\\u{7f}"),
    ])
  func escapes(_ text: String, _ printable: String) {
    #expect(text.printable == printable)
    #expect(text.isPrintable == (text == printable))
  }

  @Test("a long text is cut")
  func cuts() {
    #expect(String(repeating: "x", count: 200).printable == String(repeating: "x", count: 200))
    #expect(String(repeating: "x", count: 201).printable == String(repeating: "x", count: 200) + "…")
    #expect(String(repeating: "x", count: 1_000_000).isPrintable)
  }
}
