import Foundation
import Platform
import Testing

@testable import RoostCommands

@Suite("Output that cannot be written")
struct FullDiskTests {
  /// Runs a command with its output going to a file; what it says beside comes back.
  private func run(_ words: [String], into path: String) async throws -> (status: Int32, said: String) {
    let file = open(path, O_WRONLY)
    try #require(file >= 0)
    defer { close(file) }
    let shell = TestShell()
    var environment = shell.environment
    environment.output = StandardStream(file)
    let status = await RoostTool.run(words, in: environment)
    return (status, shell.errors.text)
  }

  @Test("a full disk is an error, and the status is not 0")
  func fullDisk() async throws {
    let ended = try await run(["version"], into: "/dev/full")
    #expect(ended.status == ExitStatus.failed.rawValue)
    #expect(ended.said.contains("error: the output is incomplete: it cannot be written: No space left on device"))
  }

  @Test("the same command with room for its output succeeds")
  func room() async throws {
    let ended = try await run(["version"], into: "/dev/null")
    #expect(ended.status == ExitStatus.done.rawValue)
    #expect(ended.said.isEmpty)
  }

  @Test("help that cannot be written is an error as well")
  func help() async throws {
    let ended = try await run(["--help"], into: "/dev/full")
    #expect(ended.status == ExitStatus.failed.rawValue)
  }

  @Test("a reader that went away is no error")
  func reader() {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    signal(SIGPIPE, SIG_IGN)
    close(ends[0])
    let stream = StandardStream(ends[1])
    stream.write(Array("text".utf8))
    #expect(!stream.isOpen)
    #expect(stream.failure == nil)
    close(ends[1])
  }
}
