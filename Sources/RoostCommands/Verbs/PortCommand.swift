internal import ArgumentParser

/// `roost port`
struct PortCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "port", abstract: "The ledger of VNC ports.",
    subcommands: [PortListCommand.self, PortShowCommand.self, PortRangeCommand.self])
}
