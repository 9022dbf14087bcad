internal import Fleet

/// Which coordinator a command speaks with: flag before environment before file before default.
struct EndpointChoice: Hashable, Sendable {
  /// Where a coordinator with the default data directory listens.
  static let defaultSocket = "/var/lib/roost/roost.sock"

  /// `--socket`.
  var socket: String?
  /// `--context`.
  var context: String?
  /// The process's environment.
  var environment: [String: String]

  /// The chosen endpoint; `contexts` reads the file, if it comes to that.
  func endpoint(contexts: () throws(FleetError) -> ContextFile) throws(FleetError) -> Endpoint {
    if socket != nil, context != nil { throw .usage("--socket and --context exclude each other") }
    if let socket { return .socket(socket) }
    if let context { return try contexts().context(context).endpoint }
    if let path = environment["ROOST_SOCKET"], !path.isEmpty { return .socket(path) }
    if let name = environment["ROOST_CONTEXT"], !name.isEmpty { return try contexts().context(name).endpoint }
    let file = try contexts()
    if let current = file.current { return try file.context(current).endpoint }
    return .socket(Self.defaultSocket)
  }
}
