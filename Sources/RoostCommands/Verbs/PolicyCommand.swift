internal import ArgumentParser

/// `roost policy`
struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "What holds for the whole fleet: for every placement, and for starts behind Roost's back.",
    subcommands: [PolicyShowCommand.self, PolicySetCommand.self, PolicyRulesCommand.self])
}
