internal import ArgumentParser

/// `roost ca`
struct CACommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ca", abstract: "The fleet's authority: certificates of hosts, people and the coordinator.",
    subcommands: [
      CAListCommand.self, CAShowCommand.self, CARevokeCommand.self, CARotateCoordinatorCommand.self,
      CARotateAuthorityCommand.self,
    ])
}
