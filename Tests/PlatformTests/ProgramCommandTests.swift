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
}
