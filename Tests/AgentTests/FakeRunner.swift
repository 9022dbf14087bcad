import Agent
import Fleet

/// Answers commands without running them; a missing answer stands for a program that does not end.
struct FakeRunner: CommandRunner {
  var answers: [String: CommandResult] = [:]
  var fallback: CommandResult? = CommandResult(status: 0)

  func run(_ command: Command) async throws -> CommandResult {
    if let answer = answers[command.description] ?? fallback { return answer }
    throw FleetError(.timedOut, "\"\(command.program)\" takes longer than \(command.timeout)", retryable: true)
  }
}
