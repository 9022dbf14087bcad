internal import ArgumentParser
internal import Fleet

/// `roost context show`
struct ContextShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a context, or the one in use.")

  @OptionGroup var output: OutputOptions

  @Argument(help: "The context's name (default: the one in use).")
  var name: String?

  func run(in world: Surroundings) async throws {
    let file = try ContextStore(environment: world.environment).load()
    let chosen = name ?? world.environment["ROOST_CONTEXT"] ?? file.current
    guard let chosen else {
      throw FleetError(
        .notFound, "no context is in use; commands speak with \(EndpointChoice.defaultSocket)",
        hint: "roost context use NAME")
    }
    let context = try file.context(chosen)
    output.show(.detail(context.view(isCurrent: chosen == file.current)), in: world)
  }
}
