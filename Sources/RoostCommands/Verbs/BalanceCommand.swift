internal import ArgumentParser

/// `roost balance`
struct BalanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "balance", abstract: "Even out the use of the hosts.", subcommands: [BalancePlanCommand.self])
}
