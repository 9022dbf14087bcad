package import GRPCCore

/// A client's transport that checks the size of every field of an incoming message before it is decoded.
package struct BoundedClientTransport<Wrapped: ClientTransport>: ClientTransport {
  /// The bytes of the wrapped transport.
  package typealias Bytes = Wrapped.Bytes

  /// The transport that carries the bytes.
  package let wrapped: Wrapped

  /// Wraps a transport.
  package init(_ wrapped: Wrapped) {
    self.wrapped = wrapped
  }

  /// The wrapped transport's.
  package var retryThrottle: RetryThrottle? { wrapped.retryThrottle }

  /// Connects the wrapped transport.
  package func connect() async throws { try await wrapped.connect() }

  /// Begins the wrapped transport's graceful end.
  package func beginGracefulShutdown() { wrapped.beginGracefulShutdown() }

  /// Opens a stream whose incoming messages are checked.
  package func withStream<T: Sendable>(
    descriptor: MethodDescriptor, options: CallOptions,
    _ closure: (RPCStream<Inbound, Outbound>, ClientContext) async throws -> T
  ) async throws -> T {
    try await wrapped.withStream(descriptor: descriptor, options: options) { stream, context in
      let checked = stream.inbound.map { part in
        if case .message(let bytes) = part { try MessageBounds.check(bytes, .response, of: descriptor) }
        return part
      }
      let bounded = RPCStream(
        descriptor: descriptor, inbound: RPCAsyncSequence(wrapping: checked), outbound: stream.outbound)
      return try await closure(bounded, context)
    }
  }

  /// The wrapped transport's.
  package func config(forMethod descriptor: MethodDescriptor) -> MethodConfig? { wrapped.config(forMethod: descriptor) }
}

/// A server's transport that checks the size of every field of an incoming message before it is decoded.
package struct BoundedServerTransport<Wrapped: ServerTransport>: ServerTransport {
  /// The bytes of the wrapped transport.
  package typealias Bytes = Wrapped.Bytes

  /// The transport that carries the bytes.
  package let wrapped: Wrapped

  /// Wraps a transport.
  package init(_ wrapped: Wrapped) {
    self.wrapped = wrapped
  }

  /// Configures the wrapped transport.
  package func configure(context: GRPCServerContext) { wrapped.configure(context: context) }

  /// Listens, and checks the messages of every stream.
  package func listen(
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
  package func beginGracefulShutdown() { wrapped.beginGracefulShutdown() }
}
