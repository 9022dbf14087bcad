internal import Fleet
internal import Foundation
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix

extension Endpoint {
  /// A transport to this coordinator; sends nothing yet.
  /// - Throws: ``FleetError`` if a file of the context is missing or has no key or certificate.
  func transport() throws(FleetError) -> HTTP2ClientTransport.Posix {
    do {
      switch self {
      case .socket(let path):
        return try HTTP2ClientTransport.Posix(
          target: .unixDomainSocket(path: path, authority: "roost"), transportSecurity: .plaintext,
          config: .defaults { $0.backoff = Self.backoff })
      case .tls(let tls):
        for file in [tls.authority, tls.certificate, tls.key] where !FileManager.default.isReadableFile(atPath: file) {
          throw FleetError(
            .precondition, "the file \(file) of the context is missing or not readable",
            hint: "roost context list")
        }
        return try HTTP2ClientTransport.Posix(
          target: Self.target(tls.host, tls.port),
          transportSecurity: .mTLS(
            certificateChain: [.file(path: tls.certificate, format: .pem)],
            privateKey: .file(path: tls.key, format: .pem)
          ) { $0.trustRoots = .certificates([.file(path: tls.authority, format: .pem)]) },
          config: .defaults { config in
            config.http2.authority = tls.serverName
            config.backoff = Self.backoff
          })
      }
    } catch let error as FleetError {
      throw error
    } catch {
      throw FleetError(.precondition, "cannot use the context's certificate: \(String(describing: error).printable)")
    }
  }

  private static var backoff: HTTP2ClientTransport.Config.Backoff {
    HTTP2ClientTransport.Config.Backoff(initial: .milliseconds(200), max: .seconds(5), multiplier: 1.6, jitter: 0.2)
  }

  private static func target(_ host: String, _ port: Int) -> any ResolvableTarget {
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, host, &four) == 1 { return .ipv4(address: host, port: port) }
    if inet_pton(AF_INET6, host, &six) == 1 { return .ipv6(address: host, port: port) }
    return .dns(host: host, port: port)
  }
}
