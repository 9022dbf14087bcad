internal import ArgumentParser
internal import Fleet

/// `roost completion`
struct CompletionCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "completion", abstract: "Print a completion script for bash, zsh or fish.",
    discussion: "For bash: source <(roost completion bash)")

  @Argument(help: "bash, zsh or fish.", completion: .list(["bash", "zsh", "fish"]))
  var shell: String

  func run(in environment: CommandEnvironment) async throws {
    guard let known = CompletionShell(rawValue: shell) else {
      throw FleetError.usage("\"\(shell.printable)\" is not a shell with completion", hint: "use bash, zsh or fish")
    }
    environment.output.writeLine(RoostCommand.completionScript(for: known))
  }
}

extension CompletionKind {
  /// Names of VMs.
  static var vms: CompletionKind { .shellCommand("roost list -o name 2>/dev/null") }
  /// Names of hosts.
  static var hosts: CompletionKind { .shellCommand("roost host list -o name 2>/dev/null") }
  /// Names of images.
  static var images: CompletionKind { .shellCommand("roost image list -o name 2>/dev/null") }
  /// Ids of operations.
  static var operations: CompletionKind { .shellCommand("roost op list -o name 2>/dev/null") }
}
