import ArgumentParser
import Coordinator
import Fleet
import Foundation
import Logging
import Platform
import ServiceLifecycle
import UnixSignals

/// The coordinator's command line.
@main
struct RoostCoordinator: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roost-coordinator", abstract: "Keeps a fleet's inventory, places its VMs, hands out its addresses.",
    version: RoostVersion.current, subcommands: [Init.self, Run.self, Restore.self, Rebuild.self, Measure.self])

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
      let code = exitCode(for: error)
      guard code == .validationFailure || error is ExitCode else {
        end(with: FleetError(.internal, "\(error)"))
      }
      exit(withError: error)
    }
  }

  private static func end(with error: FleetError) -> Never {
    StandardError.report(error)
    Foundation.exit(ExitStatus(error.code).rawValue)
  }
}
