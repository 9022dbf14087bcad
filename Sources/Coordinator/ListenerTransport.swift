package import GRPCNIOTransportHTTP2Posix
package import RoostAPI

/// What every door listens with: no message passes it whose fields are not within their limits.
typealias ListenerTransport = BoundedServerTransport<HTTP2ServerTransport.Posix>

extension BoundedServerTransport: ListeningServerTransport where Wrapped: ListeningServerTransport {
  /// Where the wrapped transport listens.
  package var listeningAddress: SocketAddress {
    get async throws { try await wrapped.listeningAddress }
  }
}
