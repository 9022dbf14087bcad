internal import ArgumentParser

/// `roost pool`
struct PoolCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pool", abstract: "Storage pools of the hosts.",
    subcommands: [PoolListCommand.self])
}
