package import Fleet
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore
import NIOHPACK
import NIOHTTP2

/// Who is calling, as a certificate or a socket says.
package enum Caller: Hashable, Sendable {
  /// Nobody in particular: the enrolment port.
  case anonymous
  /// Whoever may open the socket in the data directory.
  case localAdministrator
  /// A person with an operator's certificate.
  case `operator`(String)
  /// The agent of a host.
  case agent(HostID)

  /// The caller of the call that is being served.
  @TaskLocal static var current: Caller = .anonymous

  /// Who is on record for what happens now: `user:ada`, `uid:0` over the local socket, `host:h1`, `token:ID`,
  /// `address:10.0.0.7`, or the coordinator itself outside of any call.
  @TaskLocal static var actor = coordinator

  /// On record for what nobody asked for.
  static let coordinator = "coordinator"

  /// The serial number of the certificate that the call came with; nil at a door without client certificates.
  @TaskLocal static var serial: String?

  /// What the caller may do as a kind.
  var role: Role {
    switch self {
    case .anonymous: .anonymous
    case .localAdministrator: .localAdministrator
    case .operator: .operator
    case .agent: .agent
    }
  }

  /// The kinds of caller.
  package enum Role: String, Hashable, Sendable, CaseIterable {
    /// Nobody in particular.
    case anonymous
    /// Whoever may open the local socket.
    case localAdministrator
    /// A person with an operator's certificate.
    case `operator`
    /// A host's agent.
    case agent
  }
}

/// One of the coordinator's listening sockets; each tells in its own way who is calling.
enum ListenerKind: Sendable {
  /// The unix socket in the data directory: whoever can open it is an administrator.
  case local
  /// Mutual TLS: the certificate names the caller.
  case link
  /// TLS for hosts that have no certificate yet.
  case enrolment
}

/// The user at the other end of the local socket, as the kernel names it.
///
/// The transport hands a call no channel, so the user's number is written over a header of each request as it comes in;
/// what a client writes there itself is lost.
enum LocalPeer {
  /// The header.
  static let header = "roost-peer-uid"

  /// The user's number in a request's metadata.
  static func user(in metadata: Metadata) -> UInt32? {
    // BOUNDED: a text that is no number of 32 bits gives nil.
    metadata[stringValues: header].first { _ in true }.flatMap { UInt32($0) }
  }

  /// Has every request of a connection carry its user's number.
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

/// Where a call comes from, without its port: `ipv4:10.0.0.7:4711` is `10.0.0.7`, `ipv6:[fe80::1]:4711` is `fe80::1`.
enum PeerAddress {
  /// The address in a transport's name of a peer.
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
