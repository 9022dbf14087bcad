internal import ArgumentParser
internal import Fleet

/// `roost start`
struct StartCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Boot VMs.")

  @OptionGroup var options: PowerOptions

  func run(in world: Surroundings) async throws {
    try await options.change(.start, done: "is running", in: world)
  }
}
