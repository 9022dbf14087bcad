internal import Fleet
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import RoostAPI

/// Opens TLS connections to a coordinator; verifies its name independently of its address.
enum CoordinatorConnection {
  /// Refuses answers with fields beyond their limits.
  typealias Transport = BoundedClientTransport<HTTP2ClientTransport.Posix>
  typealias Client = GRPCClient<Transport>

  /// The name in the coordinator's certificate under which it serves enrolment.
  static let enrolmentName = "enrolment.roost.internal"
  /// The name in the coordinator's certificate under which it serves agents.
  static let linkName = "coordinator.roost.internal"
  /// The largest message either way, in bytes.
  static let messageLimit = 32 << 20

  /// The most bytes in flight to the agent: enough for ten gigabits on a local network, while an image that arrives
  /// faster than the disk writes fills the network and not the memory.
  private static let window = 1 << 20

  /// Opens a transport.
  static func transport(
    to address: CoordinatorAddress, named name: String,
    _ security: HTTP2ClientTransport.Posix.TransportSecurity
  ) throws -> Transport {
    let target: any ResolvableTarget =
      address.isIPv4
      ? .ipv4(address: address.host, port: address.port)
      : address.isIPv6
        ? .ipv6(address: address.host, port: address.port) : .dns(host: address.host, port: address.port)
    var service = ServiceConfig()
    service.methodConfig = [
      MethodConfig(
        names: [.init(service: "")], maxRequestMessageBytes: messageLimit, maxResponseMessageBytes: messageLimit)
    ]
    return Transport(
      try HTTP2ClientTransport.Posix(
        target: target, transportSecurity: security,
        config: .defaults { config in
          config.http2.authority = name
          config.http2.targetWindowSize = window
          config.backoff.initial = .milliseconds(100)
          config.backoff.max = .seconds(2)
          config.connection.keepalive = .init(time: .seconds(20), timeout: .seconds(10), allowWithoutCalls: true)
          config.connection.maxIdleTime = nil
        }, serviceConfig: service))
  }

  /// Runs `body` with a client, and closes the connection after it.
  static func with<Result: Sendable>(
    _ transport: Transport,
    _ body: @escaping @Sendable (Client) async throws -> Result
  ) async throws -> Result {
    do {
      return try await withGRPCClient(transport: transport) { try await body($0) }
    } catch let error as RuntimeError {
      throw FleetError(.unreachable, "the coordinator can't be reached: \(error)", retryable: true)
    }
  }
}

/// The coordinator's `HOST:PORT`, parsed.
struct CoordinatorAddress: Hashable, Sendable {
  /// A name, an IPv4 address, or an IPv6 address without brackets.
  var host: String
  var port: Int

  /// Reads `host:port` or `[address]:port`.
  init(_ text: String) throws(FleetError) {
    let malformed = FleetError(.invalid, "\"\(text.printable)\" is not HOST:PORT")
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (1...65535).contains(port)
    else { throw malformed }
    var host = text[..<colon]
    if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
    guard !host.isEmpty, host.utf8.count <= 253, host.allSatisfy({ $0.isASCII && !$0.isWhitespace }) else {
      throw malformed
    }
    self.host = String(host)
    self.port = port
  }

  /// True for four numbers with dots.
  var isIPv4: Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }

  /// True for an address with colons.
  var isIPv6: Bool { host.contains(":") }
}
