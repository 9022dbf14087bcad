internal import ArgumentParser
internal import Fleet

/// `roost`: verbs for VMs at the top, nouns for everything else.
struct RoostCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roost", abstract: "One fleet out of a handful of Linux KVM hosts.",
    discussion: "The manual: roost help topics", version: "roost \(RoostVersion.current)",
    subcommands: [
      ListCommand.self, ShowCommand.self, CreateCommand.self, ImportCommand.self, AdoptCommand.self,
      ReleaseCommand.self, RecoverCommand.self, ForgetCommand.self, StartCommand.self,
      StopCommand.self, RestartCommand.self, PauseCommand.self, ResumeCommand.self, DeleteCommand.self,
      SetCommand.self,
      ConsoleCommand.self, VNCCommand.self, PlaceCommand.self, FitCommand.self, EventsCommand.self,
      TopCommand.self,
    ],
    groupedSubcommands: [
      CommandGroup(
        name: "fleet",
        subcommands: [
          HostCommand.self, BalanceCommand.self, ImageCommand.self, NetworkCommand.self, PoolCommand.self,
          MACCommand.self, PortCommand.self, PolicyCommand.self, OperationCommand.self, StatusCommand.self,
          SettleCommand.self, BackupCommand.self, UserCommand.self, CACommand.self, AuditCommand.self,
        ]),
      CommandGroup(
        name: "tool",
        subcommands: [ContextCommand.self, CompletionCommand.self, VersionCommand.self, DecisionBenchCommand.self]),
    ])

  /// Every valid first word.
  static var words: [String] {
    ["help"] + configuration.subcommands.flatMap { [$0.configuration.commandName ?? ""] + $0.configuration.aliases }
  }
}

/// One command of `roost`: parsed first, then run in its environment.
protocol Verb: ParsableCommand {
  /// Runs the command.
  /// - Throws: ``FleetError``, or ``CommandExit`` if everything has been printed.
  func run(in environment: CommandEnvironment) async throws
}

/// `roost version`
struct VersionCommand: Verb {
  static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version of roost.")

  func run(in environment: CommandEnvironment) async throws {
    environment.output.writeLine("roost \(RoostVersion.current)")
  }
}
