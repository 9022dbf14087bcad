import Fleet
import Testing

@testable import RoostCommands

/// Adopting, giving back and settling against a coordinator on a unix socket.
@Suite("Verbs of the ledger over a socket")
struct LedgerVerbTests {
  private let coordinator = FakeCoordinator()

  @Test("a dry run shows each verdict, adopts nothing, and its status says some can't be")
  func dryRun() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("adopt", "--all", "--dry-run") == 2)
      #expect(shell.output.text.contains("conflict") && shell.output.text.contains("the original is \"one\" on h1"))
      #expect(await shell.run("adopt", "two", "--dry-run", "-q") == 4)
      #expect(await shell.run("adopt", "--all", "--dry-run", "--accept-conflicts", "-q") == 0)
      #expect(coordinator.calls.isEmpty)
    }
  }

  @Test("adopt --all adopts whom it can, says why not the others, and never without a yes")
  func all() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("adopt", "--all") == 9)
      #expect(coordinator.calls.isEmpty)
      let other = TestShell(variables: shell.variables)
      #expect(await other.run("adopt", "--all", "--yes") == 2)
      #expect(coordinator.calls == ["adopt one on h1"])
      #expect(other.output.text == "one on h1 is managed\n")
      #expect(other.errors.text.contains("error: \(FakeAdoption.copy.message)\nhint: \(FakeAdoption.copy.hint)\n"))
      #expect(other.errors.text.contains("note: one: it is a guess\n"))
    }
  }

  @Test("a copy is refused with the original's name until a person calls it the owner")
  func copy() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("adopt", "two", "--host", "h2") == 4)
      #expect(shell.errors.text.contains("the original is \"one\" on h1"))
      #expect(await shell.run("adopt", "two", "--host", "h2", "--accept-conflicts") == 0)
      #expect(coordinator.calls == ["adopt two on h2"])
      #expect(await shell.run("adopt") == 64)
    }
  }

  @Test("release says that the VM is not managed any more")
  func release() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("release", "one") == 0)
      #expect(coordinator.calls == ["release one"])
      #expect(shell.output.text == "one on h1 is not managed any more\n")
    }
  }

  @Test("settle shows whom it waits for, and goes on without them only by force and yes")
  func settle() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("settle") == 0)
      #expect(shell.output.text.contains("waiting for  h2"))
      #expect(await shell.run("settle", "--force") == 9)
      #expect(coordinator.calls.isEmpty)
      let other = TestShell(variables: shell.variables)
      #expect(await other.run("settle", "--force", "--yes") == 0)
      #expect(coordinator.calls == ["settle"])
      #expect(other.output.text.contains("nowhere"))
    }
  }

  @Test("a new MAC pool without a network or a label says that new addresses come from it")
  func pool() async throws {
    try await coordinator.serve { shell in
      let words = ["mac", "pool", "create", "office", "--prefix", "52:54:00:aa"]
      #expect(await shell.run(words: words) == 0)
      #expect(shell.errors.text.contains("note: new addresses come from it unless another pool serves their network"))
      #expect(shell.errors.text.contains("--network, --label"))
      let narrow = TestShell(variables: shell.variables)
      #expect(await narrow.run(words: words + ["--network", "br0"]) == 0)
      #expect(narrow.errors.text.isEmpty)
    }
  }

  @Test("a coordinator that does not know a call is said to be older than roost")
  func older() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("mac", "reclaim", "02:00:00:00:00:01") == 1)
      #expect(shell.errors.text.hasPrefix("error: the coordinator is older than this program"))
      #expect(shell.errors.text.contains("hint: update roost-coordinator"))
    }
  }
}
