internal import ArgumentParser

/// `roost policy`
struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "What is done about guests that are started behind Roost's back.",
    subcommands: [PolicyShowCommand.self, PolicySetCommand.self])
}
