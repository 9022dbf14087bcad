internal import ArgumentParser
internal import Fleet

/// `roost pause`
struct PauseCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Hold VMs in memory.")

  @OptionGroup var options: PowerOptions

  func run(in world: Surroundings) async throws {
    try await options.change(.pause, done: "is paused", in: world)
  }
}
