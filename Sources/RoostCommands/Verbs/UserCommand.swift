internal import ArgumentParser

/// `roost user`
struct UserCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "People who may use the fleet.",
    subcommands: [
      UserCreateCommand.self, UserListCommand.self, UserRenewCommand.self, UserRevokeCommand.self,
    ])
}
