import Fleet
import Testing

@testable import RoostCommands

/// A listing that comes in pages reads as if it had come whole.
@Suite("Listings in parts")
struct ListingTextTests {
  private let plain = Colors(isOn: false)

  private static func listing(_ rows: some Sequence<Int>) -> Listing {
    Listing(
      columns: [.init("NAME", cut: 4), .init("SIZE", right: true), .init("NOTE", wide: true)],
      rows: rows.map { number in
        Listing.Row(
          name: "vm-\(number)", cells: [.init("vm-\(number)"), .init(String(number)), .init("a, \"b\"")],
          outputValue: .object(["name": .text("vm-\(number)"), "size": .count(number)]))
      }, empty: "nothing")
  }

  private func text(_ parts: [Range<Int>], as format: OutputFormat, header: Bool = true, terminal: Int? = nil) -> String
  {
    var text = ListingText(as: format, plain, header: header, terminal: terminal)
    let parts = parts.map { text.part(Self.listing($0)) }
    return parts.joined() + text.end()
  }

  @Test("parts of any size give the same text as the whole", arguments: [OutputFormat.json, .yaml, .csv, .name])
  func parts(format: OutputFormat) {
    for header in [true, false] {
      let whole = View.listing(Self.listing(1..<8)).render(as: format, colors: plain, header: header)
      for cuts in [[1..<8], [1..<2, 2..<8], [1..<1, 1..<4, 4..<4, 4..<8, 8..<8]] as [[Range<Int>]] {
        #expect(text(cuts, as: format, header: header) == whole)
      }
      let none = View.listing(Self.listing(0..<0)).render(as: format, colors: plain, header: header)
      #expect(text([], as: format, header: false) == text([0..<0], as: format, header: false))
      #expect(text([0..<0, 0..<0], as: format, header: header) == none)
    }
    #expect(text([0..<0], as: .json) == "[]\n")
  }

  @Test("a table has one header, and its columns grow where a later part needs it")
  func table() {
    #expect(
      text([8..<10, 10..<11, 11..<12], as: .table) == """
        NAME  SIZE
        vm-8     8
        vm-9     9
        vm-10    10
        vm-11    11

        """)
    #expect(text([0..<0, 8..<9], as: .table).hasPrefix("NAME"))
    #expect(text([0..<0], as: .table) == "")
  }

  @Test("on a terminal later parts keep the first one's columns, and no line is wider")
  func terminal() {
    let long = 1_000_000_000
    let lines = text([1..<2, long..<(long + 1), 2..<3], as: .table, terminal: 20).split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines.allSatisfy { String($0).displayWidth <= 20 }, "\(lines)")
  }

  @Test("a listing with a limit takes no more rows, and no page after the last of them")
  func limit() {
    let shell = TestShell()
    var options = OutputOptions()
    options.output = .name
    options.quiet = false
    options.noColor = true
    var printer = ListingPrinter(options, in: shell.environment, limit: 3)
    printer.show(Self.listing(0..<2))
    #expect(printer.wantsMore)
    printer.show(Self.listing(2..<9))
    #expect(!printer.wantsMore)
    printer.end()
    #expect(shell.output.text == "vm-0\nvm-1\nvm-2\n")
  }
}
