import ArgumentParser
import Coordinator
import Fleet
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// The coordinator's command line.
@main
struct RoostCoordinator: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roost-coordinator", abstract: "Keeps a fleet's inventory, places its VMs, hands out its addresses.",
    version: "roost-coordinator 0.1.0", subcommands: [Init.self, Run.self, Restore.self, Rebuild.self, Measure.self])

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let error as FleetError {
      report(error)
      Foundation.exit(error.code == .invalid ? 64 : error.code == .conflict || error.code == .precondition ? 4 : 1)
    } catch {
      let code = exitCode(for: error)
      guard code == .success || code == .validationFailure || error is ExitCode || error is CleanExit else {
        report(FleetError(.internal, "\(error)"))
        Foundation.exit(1)
      }
      guard code == .validationFailure else { exit(withError: error) }
      report(FleetError(.invalid, message(for: error), hint: "roost-coordinator --help"))
      Foundation.exit(64)
    }
  }

  private static func report(_ error: FleetError) {
    var text = "error: \(error.message)\n"
    if !error.hint.isEmpty { text += "hint: \(error.hint)\n" }
    FileHandle.standardError.write(Data(text.utf8))
  }
}

/// The system's clock.
struct SystemClock: WallClock {
  func now() -> Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
