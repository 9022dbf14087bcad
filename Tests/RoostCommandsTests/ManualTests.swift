import Foundation
import Testing

@testable import RoostCommands

@Suite("The manual")
struct ManualTests {
  /// A shell whose program stands where it is built, in this source tree.
  static var shell: TestShell {
    var shell = TestShell()
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    shell.program = root.path + "/.build/debug/roost"
    return shell
  }

  @Test(
    "a page is found by its name, without its first word, and with its section",
    arguments: ["placement", "roost-placement", "placement(7)", "roost-placement(7)"])
  func names(_ topic: String) async {
    let shell = Self.shell
    #expect(await shell.run("help", topic) == 0)
    #expect(shell.output.text.hasPrefix("NAME\n\nroost-placement - how Roost chooses a host"))
    #expect(shell.errors.text == "")
  }

  @Test(
    "every page is text that a person reads, without marks", arguments: Manual(beside: shell.program).pages.map(\.name))
  func plain(_ name: String) async throws {
    let shell = Self.shell
    guard !RoostCommand.words.contains(name) else { return }
    #expect(await shell.run("help", name) == 0)
    let text = shell.output.text
    #expect(text.contains("\nSEE ALSO\n"))
    for mark in ["`", "**", "<!--", "|--", "](", "## "] { #expect(!text.contains(mark), "\(name) shows \(mark)") }
  }

  @Test("the list of topics says what each page is about")
  func topics() async {
    let shell = Self.shell
    #expect(await shell.run("help", "topics") == 0)
    #expect(shell.output.text.contains("roost-events(7): the record of all that happened in a fleet\n"))
    #expect(shell.output.text.split(separator: "\n").count > 15)
  }

  @Test("the help of a verb is the verb's, though there is a page by that name")
  func verbs() async {
    let shell = Self.shell
    #expect(await shell.run("help", "adopt") == 0)
    #expect(shell.output.text.contains("USAGE: roost adopt"))
  }

  @Test("a topic that is not there is wrong usage, with the nearest one")
  func unknown() async {
    let shell = Self.shell
    #expect(await shell.run("help", "roost-placemnt") == 64)
    #expect(shell.errors.text.contains("hint: did you mean: roost help roost-placement"))
  }

  @Test("a program without its manual says how to get it")
  func missing() async {
    let shell = TestShell()
    #expect(await shell.run("help", "placement") == 3)
    #expect(shell.errors.text.contains("deploy/install cli"))
  }
}
