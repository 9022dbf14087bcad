internal import ArgumentParser
internal import Fleet

/// `roost context`
struct ContextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "context", abstract: "Coordinators this machine knows.",
    subcommands: [ContextListCommand.self, ContextUseCommand.self, ContextShowCommand.self])
}

/// `roost context list`
struct ContextListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the contexts.", aliases: ["ls"])

  @OptionGroup var output: OutputOptions

  func run(in environment: CommandEnvironment) async throws {
    let file = try ContextStore(environment: environment.variables).load()
    output.show(.listing(file.listing), in: environment)
  }
}

/// `roost context show`
struct ContextShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a context, or the one in use.")

  @OptionGroup var output: OutputOptions

  @Argument(help: "The context's name (default: the one in use).")
  var name: String?

  func run(in environment: CommandEnvironment) async throws {
    let file = try ContextStore(environment: environment.variables).load()
    let chosen = name ?? environment.variables["ROOST_CONTEXT"] ?? file.current
    guard let chosen else {
      throw FleetError(
        .notFound, "no context is in use; commands speak with \(EndpointChoice.defaultSocket)",
        hint: "roost context use NAME")
    }
    let context = try file.context(chosen)
    output.show(.detail(context.view(isCurrent: chosen == file.current)), in: environment)
  }
}

/// `roost context use`
struct ContextUseCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "use", abstract: "Choose the context that commands use.")

  @OptionGroup var output: OutputOptions

  @Argument(help: "The context's name.")
  var name: String

  func run(in environment: CommandEnvironment) async throws {
    let store = ContextStore(environment: environment.variables)
    let context = try store.load().context(name)
    try store.save(ContextFile.setting(current: name, in: try store.text()))
    output.confirm(
      "commands now speak with \(context.endpoint.place)", .detail(context.view(isCurrent: true)), in: environment)
  }
}

extension ContextFile {
  /// The contexts as a listing.
  var listing: Listing {
    Listing(
      columns: [
        .init("NAME", cut: 24), .init("CURRENT"), .init("COORDINATOR", cut: 24), .init("SERVER NAME", wide: true),
      ],
      rows: contexts.map { context in
        Listing.Row(
          name: context.name,
          cells: [
            .init(context.name), .init(context.name == current ? "yes" : ""), .init(context.endpoint.place),
            .init(context.endpoint.serverName),
          ], outputValue: context.outputValue(isCurrent: context.name == current))
      }, empty: "no contexts; `roost user create` makes one")
  }
}

extension ContextFile.Context {
  /// The context as JSON has it.
  func outputValue(isCurrent: Bool) -> OutputValue {
    switch endpoint {
    case .socket(let path):
      .object(["name": .text(name), "current": .flag(isCurrent), "socket": .text(path)])
    case .tls(let tls):
      .object([
        "name": .text(name), "current": .flag(isCurrent), "address": .text(endpoint.place),
        "ca": .text(tls.authority), "certificate": .text(tls.certificate), "key": .text(tls.key),
        "server_name": .text(tls.serverName),
      ])
    }
  }

  /// The view for people.
  func view(isCurrent: Bool) -> Detail {
    guard case .object(let entries) = outputValue(isCurrent: isCurrent) else {
      return Detail(name: name, lines: [], outputValue: .null)
    }
    let lines = entries.map { entry in
      if case .text(let text) = entry.value { return Detail.Line.field(entry.key, .init(text)) }
      return Detail.Line.field(entry.key, .init(isCurrent ? "yes" : "no"))
    }
    return Detail(name: name, lines: lines, outputValue: .object(entries))
  }
}

extension Endpoint {
  /// The name that the coordinator's certificate must carry; empty for a socket.
  var serverName: String {
    switch self {
    case .socket: ""
    case .tls(let tls): tls.serverName
    }
  }
}
