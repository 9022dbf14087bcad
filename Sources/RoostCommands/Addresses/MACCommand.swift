internal import ArgumentParser

/// `roost mac`
struct MACCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mac", abstract: "The ledger of MAC addresses.",
    subcommands: [
      MACListCommand.self, MACShowCommand.self, MACReserveCommand.self, MACReleaseCommand.self,
      MACReclaimCommand.self,
      MACConflictsCommand.self, MACResolveCommand.self, MACPoolCommand.self,
    ])
}
