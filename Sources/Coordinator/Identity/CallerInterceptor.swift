import Fleet
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import PKI
import RoostAPI
import SwiftASN1
import X509

/// Finds out who is calling, asks the access table, and turns every error into one that the wire can carry.
struct CallerInterceptor: ServerInterceptor {
  /// Whoever calls: as what, and with which certificate.
  struct Identified: Sendable {
    let caller: Caller
    /// The certificate's serial number; nil at a door without client certificates.
    var serial: String?
  }

  let door: Door
  /// The calls that end when their certificate is revoked.
  let calls: LiveCalls
  /// The connections of the link's door.
  let connections: ConnectionLimiter
  /// Names the caller of a valid client certificate, given in DER.
  let identify: @Sendable ([UInt8]) async throws -> Identified

  func intercept<Input: Sendable, Output: Sendable>(
    request: StreamingServerRequest<Input>, context: ServerContext,
    next: @Sendable (StreamingServerRequest<Input>, ServerContext) async throws -> StreamingServerResponse<Output>
  ) async throws -> StreamingServerResponse<Output> {
    do {
      let who = try await caller(of: context)
      if let serial = who.serial {
        try connections.bind(context.remotePeer, to: serial)
        try calls.check(serial)
      }
      try Access.check(who.caller.role, calls: context.descriptor.fullyQualifiedMethod)
      var response = try await Caller.$serial.withValue(who.serial) {
        try await Caller.$current.withValue(who.caller) { try await next(request, context) }
      }
      if case .success(var contents) = response.accepted {
        // The producer runs after this function has returned, so it must be told again who is calling.
        let produce = contents.producer
        let calls = calls
        contents.producer = { writer in
          do {
            return try await Caller.$serial.withValue(who.serial) {
              try await Caller.$current.withValue(who.caller) {
                guard let serial = who.serial else { return try await produce(writer) }
                return try await calls.serve(serial) { try await produce(writer) }
              }
            }
          } catch {
            throw FleetError(error).rpcError
          }
        }
        response.accepted = .success(contents)
      }
      return response
    } catch {
      throw FleetError(error).rpcError
    }
  }

  private func caller(of context: ServerContext) async throws -> Identified {
    switch door {
    case .local: return Identified(caller: .localAdministrator)
    case .enrolment: return Identified(caller: .anonymous)
    case .link:
      guard let transport = context.transportSpecific as? HTTP2ServerTransport.Posix.Context,
        let certificate = transport.peerCertificate
      else { throw FleetError(.denied, "the call carries no certificate") }
      var serializer = DER.Serializer()
      try certificate.serialize(into: &serializer)
      return try await identify(serializer.serializedBytes)
    }
  }
}
