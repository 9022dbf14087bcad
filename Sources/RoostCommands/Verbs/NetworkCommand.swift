internal import ArgumentParser

/// `roost network`
struct NetworkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "network", abstract: "libvirt networks of the hosts.",
    subcommands: [NetworkListCommand.self, NetworkStartCommand.self, NetworkStopCommand.self])
}
