/// Where a coordinator listens, and how to speak with it.
enum Endpoint: Hashable, Sendable {
  /// A unix socket; who may open it may do everything.
  case socket(String)
  /// A TLS port; the certificate says who we are.
  case tls(TLS)

  /// A coordinator's TLS port and the files that let us in.
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

  /// The place without its secrets, for messages.
  var place: String {
    switch self {
    case .socket(let path): path
    case .tls(let tls): tls.host.contains(":") ? "[\(tls.host)]:\(tls.port)" : "\(tls.host):\(tls.port)"
    }
  }
}
