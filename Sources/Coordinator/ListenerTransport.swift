public import GRPCNIOTransportHTTP2Posix
public import RoostAPI

/// What every door listens with: no message passes it whose fields are not within their limits.
typealias ListenerTransport = BoundedServerTransport<HTTP2ServerTransport.Posix>

extension BoundedServerTransport: ListeningServerTransport where Wrapped: ListeningServerTransport {
  /// Where the wrapped transport listens.
  public var listeningAddress: SocketAddress {
    get async throws { try await wrapped.listeningAddress }
  }
}
