import Fleet
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore
import NIOSSL
import PKI
import RoostAPI

/// The coordinator's three listeners.
enum ListenerTransports {
  /// The largest message of an agent or operator; an inventory of four thousand domains fits.
  static let largestMessage = 8 << 20
  /// The largest message of a joining host.
  static let largestJoin = 32 << 10

  /// The Unix socket for local administrators; the data directory's mode decides who may open it.
  static func local(path: String) -> ListenerTransport {
    var config = config()
    LocalPeer.name(&config)
    return ListenerTransport(
      .init(address: .unixDomainSocket(path: path), transportSecurity: .plaintext, config: config))
  }

  /// Mutual TLS for agents and operators.
  static func link(
    at address: ListenAddress, key: CoordinatorKey, _ authorities: FleetAuthorities, clock: any WallClock,
    limiter: ConnectionLimiter
  ) -> ListenerTransport {
    let pair = key.pair
    let security = HTTP2ServerTransport.Posix.TransportSecurity.mTLS(
      certificateChain: [.bytes(pair.certificate.der, format: .der)],
      privateKey: .bytes(Array(pair.keyPEM.utf8), format: .pem)
    ) { tls in
      tls.certificateReloader = key
      // TLS requires roots but the callback below decides, since the trusted authorities change while the listener is
      // open.
      tls.trustRoots = .certificates([.bytes(Array(authorities.pair.pem.utf8), format: .pem)])
      tls.customVerificationCallback = { chain, promise in
        do {
          guard let first = chain.first else { throw FleetError(.denied, "the call carries no certificate") }
          try authorities.check(client: Certificate(der: first.toDERBytes()), at: clock.now())
          promise.succeed(.certificateVerified(VerificationMetadata(nil)))
        } catch {
          promise.succeed(.failed)
        }
      }
      // A client has no host name to verify; its certificate has its identity.
      tls.clientCertificateVerification = .noHostnameVerification
      tls.requireALPN = true
    }
    return ListenerTransport(
      .init(
        address: socket(address), transportSecurity: security,
        config: config { limiter.watch(&$0.channelDebuggingCallbacks) }))
  }

  /// TLS for hosts that have no certificate yet.
  static func enrolment(
    at address: ListenAddress, key: CoordinatorKey, limiter: ConnectionLimiter
  ) -> ListenerTransport {
    let pair = key.pair
    let security = HTTP2ServerTransport.Posix.TransportSecurity.tls(
      certificateChain: [.bytes(pair.certificate.der, format: .der)],
      privateKey: .bytes(Array(pair.keyPEM.utf8), format: .pem)
    ) { tls in
      tls.certificateReloader = key
      tls.requireALPN = true
    }
    let config = config { config in
      config.rpc.maxRequestPayloadSize = largestJoin
      config.http2.maxConcurrentStreams = 2
      config.connection.maxIdleTime = .seconds(10)
      config.connection.maxAge = .seconds(30)
      config.connection.maxGraceTime = .seconds(5)
      limiter.watch(&config.channelDebuggingCallbacks)
    }
    return ListenerTransport(.init(address: socket(address), transportSecurity: security, config: config))
  }

  private static func socket(_ address: ListenAddress) -> GRPCNIOTransportCore.SocketAddress {
    let host = address.host == "localhost" ? "127.0.0.1" : address.host
    return host.contains(":") ? .ipv6(host: host, port: address.port) : .ipv4(host: host, port: address.port)
  }

  /// By default gRPC does not limit streams, age and idle time.
  private static func config(
    _ change: (inout HTTP2ServerTransport.Posix.Config) -> Void = { _ in }
  ) -> HTTP2ServerTransport.Posix.Config {
    .defaults { config in
      config.rpc.maxRequestPayloadSize = largestMessage
      config.http2.maxConcurrentStreams = 256
      config.connection.maxIdleTime = .seconds(300)
      config.connection.maxAge = .seconds(24 * 3600)
      config.connection.maxGraceTime = .seconds(30)
      config.connection.keepalive.time = .seconds(20)
      config.connection.keepalive.timeout = .seconds(10)
      config.connection.keepalive.clientBehavior.minPingIntervalWithoutCalls = .seconds(10)
      config.connection.keepalive.clientBehavior.allowWithoutCalls = true
      change(&config)
    }
  }
}
