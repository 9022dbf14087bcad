import Fleet
import Foundation
import Testing

@Suite("A name on a command line")
struct ShellQuotedTests {
  static let names = [
    "web-1", "x; rm -rf ~", "-f", "--help", "$(touch /tmp/roost-was-here)", "`id`", "it's", "\"quoted\"", "a\nb", "",
    "*", "a b", "\u{202E}gpj", "Büro", "back\\slash", "$HOME", "x #", "!!", "~root", "\u{1B}[2J", "'; exit 9 #", "-'\n",
  ]

  /// What a shell makes of the last word of a command.
  private func lastWord(_ command: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = [
      "-c", "last() { for word in \"$@\"; do :; done; printf %s \"$word\"; }; last first \(command)",
    ]
    process.environment = ["LC_ALL": "C.UTF-8", "HOME": "/nowhere"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self)
  }

  @Test("a shell reads just that name, whatever it holds", arguments: names)
  func isOneWord(name: String) throws {
    #expect(try lastWord(name.shellQuoted) == name)
    #expect(name.shellQuoted.isPrintable)
  }

  @Test("a plain name stays as it is, and one that begins with a dash is no option")
  func words() {
    #expect("web-1".shellQuoted == "web-1")
    #expect("qemu:///system".shellQuoted == "qemu:///system")
    #expect("-f".shellQuoted == "-- -f")
    #expect("x; y".shellQuoted == "'x; y'")
  }
}
