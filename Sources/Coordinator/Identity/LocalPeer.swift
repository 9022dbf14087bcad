import Fleet
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore
import NIOHPACK
import NIOHTTP2

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
