internal import ArgumentParser
internal import Fleet

/// `roost completion`
struct CompletionCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "completion", abstract: "Print a completion script for bash, zsh or fish.",
    discussion: "For bash: source <(roost completion bash)")

  @Argument(help: "bash, zsh or fish.", completion: .list(["bash", "zsh", "fish"]))
  var shell: String

  func run(in world: Surroundings) async throws {
    guard let known = CompletionShell(rawValue: shell) else {
      throw FleetError.usage("\"\(shell.printable)\" is no shell with completion", hint: "use bash, zsh or fish")
    }
    world.output.writeLine(RoostCommand.completionScript(for: known))
  }
}
