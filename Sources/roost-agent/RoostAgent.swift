import Agent
import ArgumentParser
import Fleet
import Platform

/// The agent of one host.
struct RoostAgent: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "roost-agent", abstract: "The agent of one host of a Roost fleet.",
    version: "roost-agent \(RoostVersion.current)",
    subcommands: [Check.self, Join.self, Run.self, Hook.self])

  static func main() async { await runProgram() }
}
