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

  @Test("what a program says keeps its end, where the cause is, within 2 KiB")
  func diagnostic() {
    let long = String(repeating: "{é", count: 9000)
    let said = "internal error: QEMU closed the monitor: qemu-system-x86_64: -blockdev \(long)}:\n"
    let text = (said + "Could not open '/srv/a.qcow2': Permission denied\n").diagnostic
    #expect(text.hasPrefix("internal error: QEMU closed the monitor: qemu-system-x86_64: -blockdev {é"))
    #expect(text.hasSuffix("}:; Could not open '/srv/a.qcow2': Permission denied"))
    #expect((2030...2048).contains(text.utf8.count) && text.contains("…"))
    #expect("a\u{1B}\n".diagnostic == "a\\u{1b}" && "".diagnostic == "")
  }

  @Test("a text without its middle fits, whatever its characters", arguments: ["x", "é", "虚", "👍🏽", "e\u{301}"])
  func middle(_ piece: String) {
    let text = String(repeating: piece, count: 400)
    for limit in [0, 1, 2, 3, 4, 5, 7, 16, 100, text.utf8.count - 1] {
      let cut = text.withoutMiddle(bytes: limit)
      #expect(cut.utf8.count <= max(3, limit) && cut.unicodeScalars.contains("…"))
      #expect(cut.unicodeScalars.allSatisfy { $0 == "…" || text.unicodeScalars.contains($0) })
    }
    #expect(text.withoutMiddle(bytes: text.utf8.count) == text)
  }

  @Test("a long text is cut")
  func cuts() {
    #expect(String(repeating: "x", count: 200).printable == String(repeating: "x", count: 200))
    #expect(String(repeating: "x", count: 201).printable == String(repeating: "x", count: 200) + "…")
    #expect(String(repeating: "x", count: 1_000_000).isPrintable)
  }
}
