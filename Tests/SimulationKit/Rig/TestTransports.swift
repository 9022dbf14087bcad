package import GRPCCore
package import GRPCNIOTransportHTTP2Posix
import NIOCore

/// The ways to reach a coordinator.
package struct TestTransports: Sendable {
  package typealias Client = GRPCClient<HTTP2ClientTransport.Posix>

  package let socket: String
  package let port: Int
  package let authorityPEM: String
  /// The address on loopback that a host's connections come from; nil for connections as the system makes them.
  package var source: String?

  package init(socket: String, port: Int, authorityPEM: String, source: String? = nil) {
    self.socket = socket
    self.port = port
    self.authorityPEM = authorityPEM
    self.source = source
  }

  /// The same listeners, for a host with an address of its own, which connects as agents do.
  package func from(_ source: String) -> TestTransports {
    TestTransports(socket: socket, port: port, authorityPEM: authorityPEM, source: source)
  }

  /// The same listeners, for somebody who trusts other authorities.
  package func trusting(_ authorityPEM: String) -> TestTransports {
    TestTransports(socket: socket, port: port, authorityPEM: authorityPEM)
  }

  /// Over the local administrators' socket.
  package func local() throws -> HTTP2ClientTransport.Posix {
    try HTTP2ClientTransport.Posix(
      target: .unixDomainSocket(path: socket, authority: "roost"), transportSecurity: .plaintext)
  }

  /// To the listener of agents and operators, with credentials or without.
  package func link(_ credentials: ClientCredentials?) throws -> HTTP2ClientTransport.Posix {
    let roots = TLSConfig.TrustRootsSource.certificates([.bytes(Array(authorityPEM.utf8), format: .pem)])
    guard let credentials else {
      return try transport(to: port, "coordinator.roost.internal", .tls { $0.trustRoots = roots })
    }
    let security = HTTP2ClientTransport.Posix.TransportSecurity.mTLS(
      certificateChain: [.bytes(Array(credentials.certificatePEM.utf8), format: .pem)],
      privateKey: .bytes(Array(credentials.keyPEM.utf8), format: .pem)
    ) { $0.trustRoots = roots }
    return try transport(to: port, "coordinator.roost.internal", security)
  }

  /// To the listener of hosts that join.
  package func enrolment() throws -> HTTP2ClientTransport.Posix {
    let roots = TLSConfig.TrustRootsSource.certificates([.bytes(Array(authorityPEM.utf8), format: .pem)])
    return try transport(to: port + 1, "enrolment.roost.internal", .tls { $0.trustRoots = roots })
  }

  private func transport(
    to port: Int, _ name: String, _ security: HTTP2ClientTransport.Posix.TransportSecurity
  ) throws -> HTTP2ClientTransport.Posix {
    let address = try source.map { try NIOCore.SocketAddress(ipAddress: $0, port: 0) }
    return try HTTP2ClientTransport.Posix(
      target: .ipv4(address: "127.0.0.1", port: port), transportSecurity: security,
      config: .defaults { config in
        config.http2.authority = name
        guard let address else {
          config.backoff.initial = .milliseconds(50)
          config.backoff.max = .milliseconds(200)
          return
        }
        config.backoff.initial = .milliseconds(100)
        config.backoff.max = .seconds(2)
        config.connection.keepalive = .init(time: .seconds(20), timeout: .seconds(10), allowWithoutCalls: true)
        config.connection.maxIdleTime = nil
        config.channelDebuggingCallbacks.onCreateTCPConnection = { $0.bind(to: address) }
      })
  }
}
