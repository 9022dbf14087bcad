import Fleet
import Platform
import Testing

@testable import RoostCommands

/// What goes wrong, and how it is said.
@Suite("Errors")
struct ErrorTests {
  @Test(
    "each code has the contract's exit status",
    arguments: [
      (FleetError.Code.invalid, 64), (.notFound, 3), (.conflict, 4), (.precondition, 4), (.exhausted, 4),
      (.portBusy, 4), (.noHostFits, 5), (.denied, 6), (.unreachable, 7), (.timedOut, 8), (.declined, 9),
      (.internal, 1), (.unsupported, 1), (FleetError.Code(rawValue: "of_the_future"), 1),
    ] as [(FleetError.Code, Int32)])
  func statuses(code: FleetError.Code, status: Int32) {
    #expect(ExitStatus(code).rawValue == status)
  }

  @Test("an error for people has a line for each refused host and a hint")
  func text() {
    let expected = """
      error: no host fits VM "big"
        h1       memory: wants 4GiB, 1GiB of 8GiB is free
        host-10  network: has no bridge "br\\u{7}0"
      hint: roost host list

      """
    #expect(ErrorReport(error: Samples.refused).text(Colors(isOn: false)) == expected)
  }

  @Test("an error for scripts has the contract's fields")
  func json() {
    let error = FleetError(.timedOut, "it is \"slow\"", operation: Samples.id(7), retryable: true)
    #expect(
      ErrorReport(error: error).json
        == #"{"error":{"code":"timed_out","message":"it is \"slow\"","hint":null,"#
        + #""operation":"00000000-0000-4000-8000-000000000007","retryable":true}}"# + "\n")
    #expect(ErrorReport(error: Samples.refused).json.contains(#""refused":[{"host":"h1","rule":"memory""#))
  }

  @Test(
    "what the parser refuses exits with 64 and a hint",
    arguments: [
      ["dance"], ["list", "--no-such-flag"], ["list", "-o", "papyrus"], ["start"], ["create"], ["create", "a", "b"],
      ["host", "dance"], ["events", "--since", "-1"], ["port", "show", "0"], ["port", "show", "65536"],
      ["mac", "show", "hello"], ["create", "x", "--acceleration", "maybe"], ["completion", "tcsh"],
      ["vnc", "x", "--listen", "1:2:3"], ["list", "--timeout", "0"], ["list", "--timeout", "1y"],
      ["host", "token", "create", "--ttl", "soon"], ["list", "--socket", "/a", "--context", "b"],
      ["create", "-rf"], ["user", "create", "ann"], ["user", "create", "../ann", "--out", "/tmp"],
    ])
  func usage(arguments: [String]) async {
    let shell = TestShell()
    #expect(await RoostTool.run(arguments, in: shell.environment) == 64)
    #expect(shell.errors.text.hasPrefix("error: "))
    #expect(shell.output.text.isEmpty)
  }

  @Test("with -o json even wrong usage is said in JSON")
  func usageJSON() async {
    let shell = TestShell()
    #expect(await shell.run("list", "--no-such-flag", "-o", "json") == 64)
    #expect(shell.errors.text.hasPrefix(#"{"error":{"code":"invalid","message":"unknown option '--no-such-flag'""#))
  }

  @Test("a mistyped verb is answered with the nearest one")
  func nearest() async {
    let shell = TestShell()
    #expect(await shell.run("--socket", "/x", "lsit") == 64)
    #expect(shell.errors.text == "error: \"lsit\" is not a roost command\nhint: did you mean: roost list\n")
  }

  @Test(
    "a word that is planned says so, and what to type meanwhile",
    arguments: ["snapshot", "restore x", "balance run", "image prune", "migrate web-1"])
  func planned(line: String) async {
    let shell = TestShell()
    #expect(await shell.run(words: line.split(separator: " ").map { String($0) }) == 64)
    #expect(shell.errors.text.contains("is not in this version\nhint: meanwhile: "))
    #expect(!shell.errors.text.contains("did you mean"))
  }

  @Test(
    "the words of virsh are answered with ours",
    arguments: [
      ("destroy", "roost stop --force web-1"), ("undefine", "roost delete web-1"), ("define", "roost import FILE.xml"),
      ("shutdown", "roost stop web-1"), ("vncdisplay", "roost vnc web-1"), ("dumpxml", "roost show web-1 -o yaml"),
      ("net-list", "roost network list"), ("net-start", "roost network start web-1 --host HOST"),
    ])
  func virsh(word: String, verb: String) async {
    let shell = TestShell()
    #expect(await shell.run(word, "web-1") == 64)
    #expect(shell.errors.text == "error: \"\(word)\" is a virsh word\nhint: \(verb)\n")
  }

  @Test(
    "words of virsh for what Roost does not do say what does it",
    arguments: ["edit", "autostart", "attach-disk", "snapshot-create", "setmem"])
  func left(word: String) async {
    let shell = TestShell()
    #expect(await shell.run(word, "web-1") == 64)
    #expect(shell.errors.text.contains("virsh \(word)"))
  }

  @Test("help about what is no command is refused", arguments: ["nonsense", "host nonsense", "drain"])
  func helpless(line: String) async {
    let shell = ManualTests.shell
    #expect(await shell.run(words: ["help"] + line.split(separator: " ").map { String($0) }) == 64)
    #expect(shell.output.text.isEmpty && shell.errors.text.contains("hint: "))
  }

  @Test("list --all is answered")
  func all() async {
    let shell = TestShell()
    #expect(await shell.run("list", "--all") == 64)
    #expect(shell.errors.text.contains("hint: roost list shows all"))
  }

  @Test("help and version are data and exit with 0")
  func help() async {
    for arguments in [["--help"], ["list", "--help"], ["help", "create"], ["host"], ["--version"], ["version"]] {
      let shell = TestShell()
      #expect(await RoostTool.run(arguments, in: shell.environment) == 0)
      #expect(!shell.output.text.isEmpty)
      #expect(shell.errors.text.isEmpty)
    }
  }

  @Test("a coordinator that is away exits with 7 at once and says where it was sought")
  func away() async {
    let shell = TestShell()
    #expect(await shell.run("list", "--socket", "/nonexistent/roost.sock") == 7)
    #expect(shell.errors.text.contains("cannot reach the coordinator at /nonexistent/roost.sock"))
  }

  @Test("delete without a person or --yes exits with 9 before the coordinator is asked")
  func declined() async {
    for arguments in [
      ["delete", "x", "--no-input"], ["rm", "x"], ["image", "delete", "y"], ["host", "remove", "h1"],
    ] {
      let shell = TestShell()
      #expect(await RoostTool.run(arguments, in: shell.environment) == 9)
      #expect(shell.errors.text.contains("--yes"))
    }
  }

  @Test("completion scripts are printed for three shells", arguments: ["bash", "zsh", "fish"])
  func completion(kind: String) async {
    let shell = TestShell()
    #expect(await shell.run("completion", kind) == 0)
    #expect(shell.output.text.contains("roost"))
    #expect(shell.output.text.contains("console"))
  }
}
