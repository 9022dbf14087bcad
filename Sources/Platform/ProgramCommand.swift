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
      case let code where error is ExitCode:
        end(nil, status: code.rawValue)
      default: end(FleetError(.internal, "\(error)"))
      }
    }
  }

  /// Writes out what was printed, reports the error, and ends the process. What can't be written, as on a disk that is
  /// full, is an error too.
  private static func end(_ failure: FleetError?, status: Int32 = ExitStatus.done.rawValue) -> Never {
    var failure = failure
    if fflush(nil) != 0, failure == nil {
      // SAFETY: the text is copied at once.
      let reason = unsafe String(cString: strerror(errno))
      failure = FleetError(.internal, "standard output can't be written: \(reason)")
    }
    guard let failure else { Glibc.exit(status) }
    StandardError.report(failure)
    Glibc.exit(ExitStatus(failure.code).rawValue)
  }
}
