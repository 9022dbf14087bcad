internal import ArgumentParser

/// `roost context`
struct ContextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "context", abstract: "Coordinators this machine knows.",
    subcommands: [ContextListCommand.self, ContextUseCommand.self, ContextShowCommand.self])
}
