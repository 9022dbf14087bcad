internal import ArgumentParser
internal import Fleet

/// `roost stop`
struct StopCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Shut VMs down.",
    discussion: """
      --force also takes the place of a stop or restart that still waits for its guest: who waits for that one is told \
      that it is superseded, with exit status 4.
      """)

  @OptionGroup var options: PowerOptions

  @Flag(name: .long, help: "Cut the power instead of asking the guest.")
  var force = false

  @Option(help: ArgumentHelp("How long the guest may take (default: 60s).", valueName: "time"))
  var within: String?

  func run(in world: Surroundings) async throws {
    try await options.change(
      .stop, force: force, within: try within.map { try Span.seconds($0) } ?? 0, done: "is off", in: world)
  }
}
