internal import ArgumentParser

/// `roost op`
struct OperationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "op", abstract: "Accepted changes.",
    subcommands: [
      OperationListCommand.self, OperationShowCommand.self, OperationWaitCommand.self, OperationCancelCommand.self,
    ])
}
