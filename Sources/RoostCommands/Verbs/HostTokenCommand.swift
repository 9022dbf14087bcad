internal import ArgumentParser

/// `roost host token`
struct HostTokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Tokens that let hosts join.",
    subcommands: [HostTokenCreateCommand.self, HostTokenListCommand.self, HostTokenRevokeCommand.self])
}
