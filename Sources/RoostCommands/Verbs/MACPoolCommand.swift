internal import ArgumentParser

/// `roost mac pool`
struct MACPoolCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pool", abstract: "The pools that MAC addresses are given from.",
    subcommands: [
      MACPoolListCommand.self, MACPoolShowCommand.self, MACPoolCreateCommand.self, MACPoolDeleteCommand.self,
    ])
}
