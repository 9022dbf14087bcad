internal import ArgumentParser

/// `roost host`
struct HostCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "host", abstract: "Hosts of the fleet.",
    subcommands: [
      HostListCommand.self, HostShowCommand.self, HostTokenCommand.self, HostCordonCommand.self,
      HostUncordonCommand.self, HostLabelCommand.self, HostDrainCommand.self,
      HostRemoveCommand.self, HostRevokeCommand.self, HostDisregardCommand.self,
    ])
}
