internal import ArgumentParser
internal import Fleet

/// `roost context list`
struct ContextListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the contexts.", aliases: ["ls"])

  @OptionGroup var output: OutputOptions

  func run(in world: Surroundings) async throws {
    let file = try ContextStore(environment: world.environment).load()
    output.show(.listing(file.listing), in: world)
  }
}
