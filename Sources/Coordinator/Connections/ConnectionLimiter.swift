import Fleet
import GRPCNIOTransportHTTP2Posix
import NIOCore
import Synchronization

/// Bounds how many connections a listener has: in all, by address, by caller, and those that have not called yet.
///
/// It runs before TLS, so that a connection beyond the limit costs only one accept.
final class ConnectionLimiter: Sendable {
  /// The most connections, and their longest lifetimes.
  struct Limits: Sendable {
    /// In total.
    var all: Int
    /// From one IP address, among those without a call of a certificate yet.
    var strangersPerAddress: Int
    /// Of one host or person, over all its certificates.
    var perCaller = Int.max
    /// How long one may last before its first call; nil for as long as it likes.
    var firstCall: TimeAmount?
    /// The longest lifetime; nil for no limit.
    var life: TimeAmount?

    /// For the listener of agents and operators.
    static let link = Limits(all: 32_768, strangersPerAddress: 256, perCaller: 8, firstCall: .seconds(20))
    /// For the listener of hosts that join.
    static let enrolment = Limits(all: 64, strangersPerAddress: 4, life: .seconds(60))
  }

  private struct Connection {
    let channel: any Channel
    let address: String
    var serial: String?
    var caller: String?
  }

  private struct Present {
    var connections: [String: Connection] = [:]
    var strangers: [String: Int] = [:]
    var callers: [String: Int] = [:]
  }

  private let limits: Limits
  private let present = Mutex(Present())

  /// Limits the connections of one listener.
  init(_ limits: Limits) {
    self.limits = limits
  }

  /// The number of connections.
  var count: Int { present.withLock { $0.connections.count } }

  /// Observes every connection that a transport accepts.
  func watch(_ callbacks: inout HTTP2ServerTransport.Config.ChannelDebuggingCallbacks) {
    callbacks.onAcceptTCPConnection = { [self] channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(ConnectionAdmission(limiter: self), position: .first)
      }
    }
  }

  /// Notes whose a connection is, by the first call that comes over it.
  /// - Parameter peer: the connection's far end as gRPC writes it.
  /// - Throws: ``FleetError`` with code `exhausted` if the caller has too many; the connection is then closed.
  func bind(_ peer: String, to serial: String, of caller: String) throws(FleetError) {
    let excess = present.withLock { present -> (any Channel)? in
      guard let connection = present.connections[peer], connection.serial == nil else { return nil }
      guard present.callers[caller, default: 0] < limits.perCaller else { return connection.channel }
      present.connections[peer]?.serial = serial
      present.connections[peer]?.caller = caller
      present.callers[caller, default: 0] += 1
      Self.lower(&present.strangers, connection.address)
      return nil
    }
    guard let excess else { return }
    Self.close(excess)
    throw FleetError(
      .exhausted, "\(caller.printable) has \(limits.perCaller) connections already", retryable: true)
  }

  /// Closes every connection of a certificate.
  /// - Returns: how many there were.
  func close(serial: String) -> Int {
    let channels = present.withLock { present in
      present.connections.values.filter { $0.serial == serial }.map(\.channel)
    }
    for channel in channels { Self.close(channel) }
    return channels.count
  }

  /// Admits a connection; false if there are too many.
  fileprivate func admit(_ peer: String, from address: String, _ channel: any Channel) -> Bool {
    let isAdmitted = present.withLock { present in
      guard present.connections.count < limits.all,
        present.strangers[address, default: 0] < limits.strangersPerAddress
      else { return false }
      present.connections[peer] = Connection(channel: channel, address: address)
      present.strangers[address, default: 0] += 1
      return true
    }
    guard isAdmitted else { return false }
    channel.closeFuture.whenComplete { [self] _ in forget(peer) }
    if let limit = limits.firstCall {
      channel.eventLoop.scheduleTask(in: limit) { [self] in
        if isStranger(peer) { channel.close(promise: nil) }
      }
    }
    if let life = limits.life {
      channel.eventLoop.scheduleTask(in: life) { channel.close(promise: nil) }
    }
    return true
  }

  private func isStranger(_ peer: String) -> Bool {
    present.withLock { present in
      present.connections[peer].map { $0.serial == nil } ?? false
    }
  }

  private func forget(_ peer: String) {
    present.withLock { present in
      guard let connection = present.connections.removeValue(forKey: peer) else { return }
      if let caller = connection.caller {
        Self.lower(&present.callers, caller)
      } else {
        Self.lower(&present.strangers, connection.address)
      }
    }
  }

  private static func lower(_ counts: inout [String: Int], _ key: String) {
    guard let count = counts[key], count > 1 else {
      counts[key] = nil
      return
    }
    counts[key] = count - 1
  }

  /// Closes a channel after a moment, so that its last bytes can be sent.
  private static func close(_ channel: any Channel) {
    channel.eventLoop.scheduleTask(in: .milliseconds(250)) { channel.close(promise: nil) }
  }
}

/// Asks the limiter when a connection is accepted.
private final class ConnectionAdmission: ChannelInboundHandler {
  typealias InboundIn = Any

  private let limiter: ConnectionLimiter

  init(limiter: ConnectionLimiter) {
    self.limiter = limiter
  }

  func channelActive(context: ChannelHandlerContext) {
    guard let (peer, host) = Self.name(of: context.remoteAddress) else {
      context.fireChannelActive()
      return
    }
    guard limiter.admit(peer, from: host, context.channel) else {
      context.close(promise: nil)
      return
    }
    context.fireChannelActive()
  }

  /// The far end in gRPC's form, and its address without the port.
  private static func name(of address: NIOCore.SocketAddress?) -> (peer: String, host: String)? {
    switch address {
    case .v4(let v4): ("ipv4:\(v4.host):\(address?.port ?? 0)", v4.host)
    case .v6(let v6): ("ipv6:[\(v6.host)]:\(address?.port ?? 0)", v6.host)
    case .unixDomainSocket, nil: nil
    }
  }
}
