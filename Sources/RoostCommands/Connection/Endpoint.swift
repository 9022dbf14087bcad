internal import Fleet

/// The address of a coordinator and its kind of connection.
enum Endpoint: Hashable, Sendable {
  /// A Unix socket; every user who may open it may do everything.
  case socket(String)
  /// A TLS port; the client certificate identifies the user.
  case tls(TLS)

  /// A coordinator's TLS port with the files for authentication.
  struct TLS: Hashable, Sendable {
    /// Host name or address.
    let host: String
    /// TCP port.
    let port: Int
    /// The authority's certificate, a PEM file.
    let authority: String
    /// Our certificate, a PEM file.
    let certificate: String
    /// Our key, a PEM file.
    let key: String
    /// The name that the coordinator's certificate must carry.
    let serverName: String
  }

  /// The address without secrets, for messages.
  var place: String {
    switch self {
    case .socket(let path): path
    case .tls(let tls): tls.host.contains(":") ? "[\(tls.host)]:\(tls.port)" : "\(tls.host):\(tls.port)"
    }
  }
}

/// Chooses the coordinator of a command: flag before environment before file before default.
struct EndpointChoice: Hashable, Sendable {
  /// The socket of a coordinator with the default data directory.
  static let defaultSocket = "/var/lib/roost/roost.sock"

  /// `--socket`.
  var socket: String?
  /// `--context`.
  var context: String?
  /// The process's environment.
  var environment: [String: String]

  /// The chosen endpoint; calls `contexts` only if the file decides.
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

/// Makes paths of a configuration file absolute.
struct PathResolver: Hashable, Sendable {
  /// The directory of relative paths.
  let directory: String
  /// The directory for `~/`.
  let home: String

  /// The absolute path.
  func callAsFunction(_ path: String) -> String {
    if path.hasPrefix("~/") { return home + "/" + path.dropFirst(2) }
    return path.hasPrefix("/") || directory.isEmpty ? path : directory + "/" + path
  }

  /// The directory part of a path; empty without one.
  static func directory(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }
}
