import Fleet
import Testing

@testable import RoostCommands

/// Tables on terminals that are too narrow for them, letter by letter.
@Suite("Tables on narrow terminals")
struct TableTests {
  private let plain = Colors(isOn: false)

  private static var vms: Listing {
    var long = Samples.web
    long.name = "a-virtual-machine-with-a-name-of-fifty-one-letters1"
    long.conflicts = ["MAC 02:16:3e:00:00:01 belongs to \"web-1\" on h2 and to \"copy\" on h3"]
    long.managed = false
    return VMSummary.listing([Samples.web, long], at: Samples.noon)
  }

  private func fitted(_ listing: Listing, _ columns: Int) -> (text: String, note: String?) {
    let fitted = Table(listing, wide: false).fitted(to: columns)
    return (fitted.table.text(plain, header: true), fitted.note)
  }

  @Test("texts are cut before columns go, and a note says so")
  func cut() {
    let (text, note) = fitted(Self.vms, 94)
    let expected = """
      NAME                      HOST  STATE    VCPUS  MEMORY   VNC  IP             NOTE
      web-1                     h2    running      2    4GiB  5901  192.168.122.7  -
      a-virtual-machine-with-…  h2    running      2    4GiB  5901  192.168.122.7  unmanaged; MAC 0…

      """
    #expect(text == expected)
    #expect(note == "the table is cut to 94 columns; all of it: -o wide")
  }

  @Test("the least important columns go first")
  func left() {
    let (text, note) = fitted(Self.vms, 70)
    #expect(text.hasPrefix("NAME                      HOST  STATE     VNC  NOTE\n"))
    #expect(note == "the table is cut to 70 columns and has no VCPUS, MEMORY, IP; all of it: -o wide")
  }

  @Test("no line is wider than the terminal, however narrow that is", arguments: 1...140)
  func width(columns: Int) {
    let operation = FleetOperation(
      id: Samples.id(1), kind: .create, subject: String(repeating: "名", count: 60), hostID: nil, host: "h1",
      state: .failed, steps: [], failure: FleetError(.internal, String(repeating: "because ", count: 30)),
      createdAt: Samples.noon)
    for listing in [Self.vms, FleetOperation.listing([operation], at: Samples.noon)] {
      let (text, note) = fitted(listing, columns)
      for line in text.split(separator: "\n") where columns >= 8 {
        #expect(String(line).displayWidth <= columns)
      }
      #expect((note == nil) == (text == Table(listing, wide: false).text(plain, header: true)))
    }
  }

  @Test("an operation's id is cut to what the verbs of operations take")
  func ids() {
    let operation = FleetOperation(
      id: Samples.id(1), kind: .create, subject: "web-1", hostID: nil, host: "h1", state: .done,
      steps: [], createdAt: Samples.noon)
    let (text, note) = fitted(FleetOperation.listing([operation], at: Samples.noon), 60)
    let expected = """
      ID        KIND    NAME   HOST  STATE  STEP  AGE  ACTOR  ERROR
      """
    #expect(text.hasPrefix(expected.prefix(30)))
    #expect(text.contains("\n00000000  create"))
    #expect(note != nil)
  }

  @Test("only a table on a terminal is cut", arguments: OutputFormat.allCases)
  func piped(format: OutputFormat) throws {
    var shell = TestShell()
    shell.output = MemorySink(isTerminal: true, columns: 60)
    let words = ["list", "-o", format.rawValue, "--no-color"]
    let options = try #require(try RoostTool.parse(words) as? ListCommand).output
    options.show(.listing(Self.vms), in: shell.environment)
    let whole = View.listing(Self.vms).render(as: format, colors: plain)
    #expect((shell.output.text == whole) == (format != .table))
    #expect(shell.errors.text.contains("the table is cut to 60 columns") == (format == .table))
    let pipe = TestShell()
    options.show(.listing(Self.vms), in: pipe.environment)
    #expect(pipe.output.text == whole && pipe.errors.text.isEmpty)
  }

  @Test("what conflicts and is unmanaged says both")
  func notes() {
    #expect(Self.vms.rows[1].cells.last?.text.hasPrefix("unmanaged; MAC 02:16:3e:00:00:01 belongs") == true)
  }

  @Test("what is left of a time is rounded, not cut")
  func left7() {
    #expect(Age.left(seconds: 604_799) == "7 d")
    #expect(Age.left(seconds: 3700) == "62 min")
    #expect(Age.left(seconds: 59) == "59 s")
  }
}
