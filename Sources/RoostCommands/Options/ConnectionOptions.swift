internal import ArgumentParser
internal import Fleet

/// Which coordinator, and how long to wait for it.
struct ConnectionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The coordinator's unix socket.", valueName: "path"), completion: .file())
  var socket: String?

  @Option(help: ArgumentHelp("A coordinator of ~/.config/roost/config.toml.", valueName: "name"))
  var context: String?

  @Option(help: ArgumentHelp("How long to wait, such as 30s, 5m or 1h.", valueName: "time"))
  var timeout: String?

  /// How long a call that is answered at once may take.
  func callTimeout() throws(FleetError) -> Duration {
    try waitTimeout() ?? .seconds(60)
  }

  /// How long to wait for an operation; nil for ever.
  func waitTimeout() throws(FleetError) -> Duration? {
    guard let timeout else { return nil }
    return .seconds(try Span.seconds(timeout))
  }
}
