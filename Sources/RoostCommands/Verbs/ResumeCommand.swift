internal import ArgumentParser
internal import Fleet

/// `roost resume`
struct ResumeCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Let held VMs go on.")

  @OptionGroup var options: PowerOptions

  func run(in world: Surroundings) async throws {
    try await options.change(.resume, done: "is running", in: world)
  }
}
