import Fleet
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import RoostAPI
import SwiftASN1
import X509

/// Finds out who is calling, asks the access table, and turns every error into one that the wire can carry.
struct CallerInterceptor: ServerInterceptor {
  let door: Door
  /// Names the caller of a valid client certificate, given in DER.
  let identify: @Sendable ([UInt8]) async throws -> Caller

  func intercept<Input: Sendable, Output: Sendable>(
    request: StreamingServerRequest<Input>, context: ServerContext,
    next: @Sendable (StreamingServerRequest<Input>, ServerContext) async throws -> StreamingServerResponse<Output>
  ) async throws -> StreamingServerResponse<Output> {
    do {
      let caller = try await caller(of: context)
      try Access.check(caller.role, calls: context.descriptor.fullyQualifiedMethod)
      var response = try await Caller.$current.withValue(caller) { try await next(request, context) }
      if case .success(var contents) = response.accepted {
        // The producer runs after this function has returned, so it must be told again who is calling.
        let produce = contents.producer
        contents.producer = { writer in
          do {
            return try await Caller.$current.withValue(caller) { try await produce(writer) }
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

  private func caller(of context: ServerContext) async throws -> Caller {
    switch door {
    case .local: return .localAdministrator
    case .enrolment: return .anonymous
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
