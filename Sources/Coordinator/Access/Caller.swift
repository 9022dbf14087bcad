package import Fleet
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore
import NIOHPACK
import NIOHTTP2

/// The caller of a method, identified by a certificate or a socket.
package enum Caller: Hashable, Sendable {
  /// Unidentified, on the enrolment port.
  case anonymous
  /// A user who may open the socket in the data directory.
  case localAdministrator
  /// A user with an operator's certificate.
  case `operator`(String)
  /// The agent of a host.
  case agent(HostID)

  /// The caller of the present call.
  @TaskLocal static var current: Caller = .anonymous

  /// The actor to record for the present call: `user:ada`, `uid:0` over the local socket, `host:h1`, `token:ID`,
  /// `address:10.0.0.7`, or the coordinator itself outside of any call.
  @TaskLocal static var actor = coordinator

  /// The actor for what the coordinator does by itself.
  static let coordinator = "coordinator"

  /// The serial number of the call's client certificate; nil on a listener without client certificates.
  @TaskLocal static var serial: String?

  /// The caller's role.
  var role: Role {
    switch self {
    case .anonymous: .anonymous
    case .localAdministrator: .localAdministrator
    case .operator: .operator
    case .agent: .agent
    }
  }

  /// The roles of callers.
  package enum Role: String, Hashable, Sendable, CaseIterable {
    /// Unidentified.
    case anonymous
    /// A user who may open the local socket.
    case localAdministrator
    /// A user with an operator's certificate.
    case `operator`
    /// A host's agent.
    case agent
  }
}

/// One of the coordinator's listeners; each identifies callers in its own way.
enum ListenerKind: Sendable {
  /// The Unix socket in the data directory: every user who can open it is an administrator.
  case local
  /// Mutual TLS: the certificate identifies the caller.
  case link
  /// TLS for hosts that have no certificate yet.
  case enrolment
}

/// The user at the other end of the local socket, as the kernel reports it.
///
/// The transport gives a call no channel, so the user's number is written into a header of each incoming request; a
/// value from the client is overwritten.
enum LocalPeer {
  /// The header.
  static let header = "roost-peer-uid"

  /// The user's number in a request's metadata.
  static func user(in metadata: Metadata) -> UInt32? {
    // BOUNDED: a text that is no number of 32 bits gives nil.
    metadata[stringValues: header].first { _ in true }.flatMap { UInt32($0) }
  }

  /// Adds the user's number to every request of a connection.
  static func name(_ config: inout HTTP2ServerTransport.Posix.Config) {
    config.channelDebuggingCallbacks.onAcceptHTTP2Stream = { stream in
      guard let connection = stream.parent as? any SocketOptionProvider else {
        return stream.eventLoop.makeFailedFuture(FleetError(.denied, "the local socket does not tell who calls"))
      }
      // The system's `struct ucred`.
      let peer: EventLoopFuture<Credentials> = connection.unsafeGetSocketOption(
        level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
      return peer.flatMapThrowing { peer in
        try stream.pipeline.syncOperations.addHandler(Namer(user: peer.user), position: .first)
      }
    }
  }

  /// Process, user and group. Corresponds to `struct ucred` (https://man7.org/linux/man-pages/man7/unix.7.html).
  private struct Credentials: Sendable {
    var process: Int32 = 0
    var user: UInt32 = 0
    var group: UInt32 = 0
  }

  /// Writes the header into the first frame of a request.
  private final class Namer: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = HTTP2Frame.FramePayload

    private let user: UInt32

    init(user: UInt32) {
      self.user = user
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard case .headers(var frame) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
      frame.headers.replaceOrAdd(name: LocalPeer.header, value: String(user))
      context.fireChannelRead(wrapInboundOut(.headers(frame)))
    }
  }
}

/// The caller's address without its port: `ipv4:10.0.0.7:4711` is `10.0.0.7`, `ipv6:[fe80::1]:4711` is `fe80::1`.
enum PeerAddress {
  /// The address in a transport's description of a peer.
  static func host(of peer: String) -> String {
    if peer.hasPrefix("ipv4:") {
      return String(peer.dropFirst(5).prefix { $0 != ":" })
    }
    if peer.hasPrefix("ipv6:") {
      return String(peer.dropFirst(5).prefix { $0 != "]" }.drop { $0 == "[" })
    }
    return peer.hasPrefix("unix:") ? "the local socket" : peer
  }
}
