import Fleet
import Foundation
import Testing

@testable import RoostCommands

@Suite("Verbs about keys")
struct KeyVerbTests {
  @Test("a person's files are not written over, and nobody is asked to make any")
  func filesStay() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("roost-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let key = folder.appendingPathComponent("ada.key")
    try Data("mine".utf8).write(to: key)
    let shell = TestShell()
    #expect(await shell.run("user", "create", "ada", "--out", folder.path) == 4)
    #expect(shell.errors.text.contains("roost user renew ada"))
    #expect(try Data(contentsOf: key) == Data("mine".utf8))
  }

  @Test("the audit record names who was refused")
  func audit() async throws {
    try await FakeCoordinator().serve { shell in
      #expect(await shell.run("audit", "list") == 0)
      #expect(shell.output.text.contains("host:h1") && shell.output.text.contains("security.denied"))
    }
  }

  @Test("what is contradictory is refused before anybody is asked")
  func contradictions() async {
    #expect(await TestShell().run("user", "create", "ada", "--renew", "--force", "--out", "/tmp/x") == 64)
    #expect(await TestShell().run("host", "token", "create", "--rejoin") == 64)
    #expect(await TestShell().run("user", "revoke", "ada") == 9)
    #expect(await TestShell().run("ca", "rotate-coordinator") == 9)
  }
}
