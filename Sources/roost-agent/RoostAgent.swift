import Agent
import ArgumentParser
import Foundation

/// The agent of one host.
struct RoostAgent: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roost-agent", abstract: "The agent of one host of a Roost fleet.",
    version: "roost-agent \(AgentVersion.current)",
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
    } catch {
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      AgentProcess.say("error: \(message(for: error))\nhint: roost-agent --help")
      Foundation.exit(64)
    }
  }
}
