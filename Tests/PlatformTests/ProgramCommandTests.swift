import ArgumentParser
import Fleet
import Foundation
import Testing

@testable import Platform

@Suite("How a program ends")
struct ProgramCommandTests {
  /// A program that prints something and ends with a status of its own, whatever its arguments are.
  private struct Failing: ProgramCommand {
    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

    func run() async throws {
      print("one check failed")
      throw ExitCode(3)
    }
  }

  @Test("a status of the command's own is the program's, and what it printed is written")
  func status() async throws {
    let result = try await #require(
      processExitsWith: .exitCode(3), observing: [\.standardOutputContent, \.standardErrorContent]
    ) {
      await Failing.runProgram()
    }
    #expect(String(decoding: result.standardOutputContent, as: UTF8.self).contains("one check failed\n"))
  }

  @Test("what can't be written is an error, whatever the command's own status is")
  func full() async throws {
    let result = try await #require(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
      let device = open("/dev/full", O_WRONLY)
      guard device >= 0, dup2(device, STDOUT_FILENO) == STDOUT_FILENO else { return }
      await Failing.runProgram()
    }
    let text = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(text.contains("standard output can't be written"))
  }
}
