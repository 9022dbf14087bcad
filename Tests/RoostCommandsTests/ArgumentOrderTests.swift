import Testing

@testable import RoostCommands

/// Options that every verb has may stand before it.
@Suite("The order of arguments")
struct ArgumentOrderTests {
  @Test(
    "options before the verb move behind it",
    arguments: [
      (["--socket", "s", "list"], ["list", "--socket", "s"]),
      (["--socket=s", "-o", "json", "host", "list"], ["host", "list", "--socket=s", "-o", "json"]),
      (["-q", "start", "--", "-x"], ["start", "-q", "--", "-x"]),
      (["list", "--socket", "s"], ["list", "--socket", "s"]),
      (["--socket"], ["--socket"]), (["--socket", "s"], ["--socket", "s"]), ([], []), (["--help"], ["--help"]),
      (["--socket", "s", "help", "list"], ["help", "list"]),
    ])
  func order(given: [String], expected: [String]) {
    #expect(ArgumentOrder.globalOptionsLast(given) == expected)
  }

  @Test(
    "a request for JSON is seen before anything is parsed",
    arguments: [
      (["list", "-o", "json"], true), (["-ojson"], true), (["--output=json"], true), (["--output", "json"], true),
      (["list", "-o", "yaml"], false), (["list", "--", "-o", "json"], false), (["show", "json"], false),
    ])
  func json(given: [String], expected: Bool) {
    #expect(ArgumentOrder.asksForJSON(given) == expected)
  }
}
