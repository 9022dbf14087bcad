public import GRPCCore

/// A server's transport whose every incoming message is held to its fields' limits before it is decoded.
public struct BoundedServerTransport<Wrapped: ServerTransport>: ServerTransport {
  /// The bytes of the wrapped transport.
  public typealias Bytes = Wrapped.Bytes

  /// The transport that carries the bytes.
  public let wrapped: Wrapped

  /// Wraps a transport.
  public init(_ wrapped: Wrapped) {
    self.wrapped = wrapped
  }

  /// Configures the wrapped transport.
  public func configure(context: GRPCServerContext) { wrapped.configure(context: context) }

  /// Listens, and checks the messages of every stream.
  public func listen(
    streamHandler: @escaping @Sendable (RPCStream<Inbound, Outbound>, ServerContext) async -> Void
  ) async throws {
    try await wrapped.listen { stream, context in
      let method = stream.descriptor
      let checked = stream.inbound.map { part in
        if case .message(let bytes) = part { try MessageBounds.check(bytes, .request, of: method) }
        return part
      }
      let bounded = RPCStream(
        descriptor: method, inbound: RPCAsyncSequence(wrapping: checked), outbound: stream.outbound)
      await streamHandler(bounded, context)
    }
  }

  /// Begins the wrapped transport's graceful end.
  public func beginGracefulShutdown() { wrapped.beginGracefulShutdown() }
}
