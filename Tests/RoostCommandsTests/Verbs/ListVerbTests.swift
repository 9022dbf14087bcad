import Fleet
import RoostProto
import Synchronization
import Testing

@testable import RoostCommands

/// `roost list` against a coordinator on a unix socket, page by page.
@Suite("Lists over a socket")
struct ListVerbTests {
  private let coordinator = FakeCoordinator()

  @Test("a list of any size arrives whole, in pages, names alone if no more is shown")
  func largeList() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("list", "--group", "large", "-o", "name") == 0, "\(shell.errors.text)")
      #expect(shell.output.text.split(separator: "\n").count == 40_000)
      #expect(await shell.run("list", "--name", "w?b*") == 0)
    }
    let listed = coordinator.listed.withLock { $0 }
    #expect(listed.map(\.pageSize) == [500, 500])
    #expect(listed.map(\.namesOnly) == [true, false])
    #expect(listed.map(\.name) == ["", "w?b*"])
  }

  @Test("rows are printed as they come; a coordinator that stops half-way is an error")
  func stuckList() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("list", "--group", "stuck", "-o", "name", "--timeout", "4s") == 8)
      #expect(shell.output.text.split(separator: "\n").count == 500)
      #expect(shell.errors.text.contains("did not answer"))
    }
  }

  @Test("a name's pattern chooses also from a coordinator that does not know it")
  func pattern() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("list", "--name", "q*", "-o", "name") == 0)
      #expect(await shell.run("list", "--name", "*e*-?", "-o", "name") == 0)
      #expect(shell.output.text == "web-1\n")
    }
  }
}
