internal import Fleet
internal import Subprocess

/// Runs programs as child processes; kills one that exceeds its time.
package struct ProcessRunner: CommandRunner {
  /// The most bytes that are read of a program's output.
  static let outputLimit = 1 << 20

  private let environment: AgentEnvironment

  /// Makes a runner.
  package init(environment: AgentEnvironment) {
    self.environment = environment
  }

  package func run(_ command: Command) async throws -> CommandResult {
    let (program, arguments) = Self.bounded(command)
    return try await environment.limit("\"\(command.program)\"", to: command.timeout) {
      do {
        let result = try await Subprocess.run(
          .name(program), arguments: Arguments(arguments), environment: .inherit.updating(["LC_ALL": "C"]),
          input: .none, output: .string(limit: Self.outputLimit), error: .string(limit: Self.outputLimit))
        return CommandResult(
          status: Self.status(result.terminationStatus), output: result.standardOutput, errors: result.standardError)
      } catch let error as SubprocessError where error.code == .executableNotFound {
        throw FleetError(.unsupported, "there is no program \"\(program)\" on this host")
      } catch let error as SubprocessError {
        try Task.checkCancellation()
        throw FleetError(.internal, "\"\(command.program)\" cannot be run: \(error)")
      }
    }
  }

  /// Runs a program that has limits or an absolute path through `prlimit`.
  private static func bounded(_ command: Command) -> (String, [String]) {
    var limits = command.program.contains("/") ? ["--core=0"] : []
    if let bytes = command.addressSpaceBytes { limits.append("--as=\(bytes)") }
    if let seconds = command.processorSeconds { limits.append("--cpu=\(seconds)") }
    guard !limits.isEmpty else { return (command.program, command.arguments) }
    return ("prlimit", limits + ["--", command.program] + command.arguments)
  }

  private static func status(_ status: TerminationStatus) -> Int32? {
    switch status {
    case .exited(let code): code
    case .signaled: nil
    }
  }
}
