package import ArgumentParser
internal import Fleet
internal import Glibc

/// The command line of `roost-agent` and `roost-coordinator`: errors read like those of `roost`.
package protocol ProgramCommand: AsyncParsableCommand {}

extension ProgramCommand {
  /// Runs the command that was typed, then ends the process with a documented exit status.
  package static func runProgram() async -> Never {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      end(nil)
    } catch let error as FleetError {
      end(error)
    } catch {
      switch exitCode(for: error) {
      case .success:
        // Help or the version: the answer, which counts as given only when it is written.
        print(fullMessage(for: error))
        end(nil)
      case .validationFailure:
        end(FleetError(.invalid, message(for: error), hint: "\(_commandName) --help"))
      case _ where error is ExitCode:
        exit(withError: error)
      default: end(FleetError(.internal, "\(error)"))
      }
    }
  }

  /// Writes out what was printed, reports the error, and ends the process.
  private static func end(_ error: FleetError?) -> Never {
    var error = error
    do throws(FleetError) { try StandardOutput.flush() } catch let unwritten { error = error ?? unwritten }
    guard let error else { Glibc.exit(0) }
    StandardError.report(error)
    Glibc.exit(ExitStatus(error.code).rawValue)
  }
}
