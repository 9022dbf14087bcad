internal import ArgumentParser
internal import Fleet
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import RoostAPI

/// The coordinator to use, and how long to wait for it.
struct ConnectionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The coordinator's unix socket.", valueName: "path"), completion: .file())
  var socket: String?

  @Option(help: ArgumentHelp("A coordinator of ~/.config/roost/config.toml.", valueName: "name"))
  var context: String?

  @Option(help: ArgumentHelp("How long to wait, such as 30s, 5m or 1h.", valueName: "time"))
  var timeout: String?

  /// The time limit of a call that is answered at once.
  func callTimeout() throws(FleetError) -> Duration {
    try waitTimeout() ?? .seconds(60)
  }

  /// How long to wait for an operation; nil for ever.
  func waitTimeout() throws(FleetError) -> Duration? {
    guard let timeout else { return nil }
    return .seconds(try DurationText.seconds(timeout))
  }
}

extension CommandEnvironment {
  /// Connects to the chosen coordinator for as long as `body` runs.
  func withFleet<Result: Sendable>(
    _ options: ConnectionOptions, _ body: @Sendable (FleetClient) async throws -> Result
  ) async throws -> Result {
    let choice = EndpointChoice(socket: options.socket, context: options.context, environment: variables)
    let store = ContextStore(environment: variables)
    let endpoint = try choice.endpoint { () throws(FleetError) in try store.load() }
    let timeout = try options.callTimeout()
    try endpoint.checkReachable()
    let transport = try endpoint.transport()
    return try await withGRPCClient(transport: transport) { client in
      let fleet = FleetClient(client, place: endpoint.place, timeout: timeout)
      do {
        return try await body(fleet)
      } catch let error as RPCError {
        throw fleet.explain(error)
      }
    }
  }
}
