internal import Fleet
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import RoostAPI

extension Surroundings {
  /// Connects to the chosen coordinator for as long as `body` runs.
  func withFleet<Result: Sendable>(
    _ options: ConnectionOptions, _ body: @Sendable (FleetClient) async throws -> Result
  ) async throws -> Result {
    let choice = EndpointChoice(socket: options.socket, context: options.context, environment: environment)
    let store = ContextStore(environment: environment)
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
