import ArgumentParser
import Fleet

/// The agent of one host.
struct RoostAgent: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roost-agent", abstract: "The agent of one host of a Roost fleet.",
    version: RoostVersion.current, subcommands: [Check.self, Join.self, Run.self, Hook.self])
}
