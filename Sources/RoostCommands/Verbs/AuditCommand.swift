internal import ArgumentParser

/// `roost audit`
struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Who did what with certificates, tokens and people, and who was refused.",
    subcommands: [AuditListCommand.self])
}
