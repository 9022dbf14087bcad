internal import ArgumentParser
internal import Fleet

/// `roost context use`
struct ContextUseCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "use", abstract: "Choose the context that commands use.")

  @OptionGroup var output: OutputOptions

  @Argument(help: "The context's name.")
  var name: String

  func run(in world: Surroundings) async throws {
    let store = ContextStore(environment: world.environment)
    let context = try store.load().context(name)
    try store.save(ContextFile.setting(current: name, in: try store.text()))
    output.confirm(
      "commands now speak with \(context.endpoint.place)", .detail(context.view(isCurrent: true)), in: world)
  }
}
