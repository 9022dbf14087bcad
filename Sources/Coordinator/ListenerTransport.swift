package import GRPCNIOTransportHTTP2Posix
package import RoostAPI

/// The transport of every listener; refuses messages with fields beyond their limits.
typealias ListenerTransport = BoundedServerTransport<HTTP2ServerTransport.Posix>

extension BoundedServerTransport: ListeningServerTransport where Wrapped: ListeningServerTransport {
  /// The address on which the wrapped transport listens.
  package var listeningAddress: SocketAddress {
    get async throws { try await wrapped.listeningAddress }
  }
}
