package import Agent
import Fleet

/// Answers commands without running them; a missing answer stands for a program that does not end.
package struct FakeRunner: CommandRunner {
  package var answers: [String: CommandResult] = [:]
  package var fallback: CommandResult? = CommandResult(status: 0)

  package init(answers: [String: CommandResult] = [:], fallback: CommandResult? = CommandResult(status: 0)) {
    self.answers = answers
    self.fallback = fallback
  }

  package func run(_ command: Command) async throws -> CommandResult {
    if let answer = answers[command.description] ?? fallback { return answer }
    throw FleetError(.timedOut, "\"\(command.program)\" takes longer than \(command.timeout)", retryable: true)
  }
}
