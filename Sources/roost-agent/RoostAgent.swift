import Agent
import ArgumentParser
import Fleet
import Foundation
import Platform

/// The agent of one host.
struct RoostAgent: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roost-agent", abstract: "The agent of one host of a Roost fleet.",
    version: "roost-agent \(RoostVersion.current)",
    subcommands: [Check.self, Join.self, Run.self, Hook.self])

  /// Runs the command that was typed; what was typed wrongly is answered as `roost` answers it.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      try StandardOutput.flush()
    } catch let error as FleetError {
      end(with: error)
    } catch  where exitCode(for: error) == .success {
      // Help or the version: the answer, which counts as given only when it is written.
      print(fullMessage(for: error))
      do { try StandardOutput.flush() } catch { end(with: error) }
    } catch {
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      StandardError.write("error: \(message(for: error))\nhint: roost-agent --help")
      Foundation.exit(ExitStatus.usage.rawValue)
    }
  }

  private static func end(with error: FleetError) -> Never {
    StandardError.report(error)
    Foundation.exit(ExitStatus(error.code).rawValue)
  }
}
