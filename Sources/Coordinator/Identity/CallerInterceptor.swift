import Fleet
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import RoostAPI
import SwiftASN1
import X509

/// Finds out who is calling, asks the access table, writes refusals down, and turns every error into one that the wire
/// can carry.
struct CallerInterceptor: ServerInterceptor {
  let door: Door
  let record: SecurityRecord
  /// Names the caller of a valid client certificate, given in DER, and who is on record for what it does.
  let identify: @Sendable ([UInt8]) async throws -> (caller: Caller, actor: String)

  func intercept<Input: Sendable, Output: Sendable>(
    request: StreamingServerRequest<Input>, context: ServerContext,
    next: @Sendable (StreamingServerRequest<Input>, ServerContext) async throws -> StreamingServerResponse<Output>
  ) async throws -> StreamingServerResponse<Output> {
    do {
      let (caller, actor) = try await caller(of: context, request.metadata)
      do {
        try Access.check(caller.role, calls: context.descriptor.fullyQualifiedMethod)
      } catch {
        throw RefusedCaller(kind: "security.denied", actor: actor, error: error)
      }
      var response = try await serving(caller, actor, context) { try await next(request, context) }
      if case .success(var contents) = response.accepted {
        // The producer runs after this function has returned, so it must be told again who is calling.
        let produce = contents.producer
        contents.producer = { writer in
          do {
            return try await serving(caller, actor, context) { try await produce(writer) }
          } catch {
            throw FleetError(error).rpcError
          }
        }
        response.accepted = .success(contents)
      }
      return response
    } catch let refusal as RefusedCaller {
      await record.refused(refusal, from: PeerAddress.host(of: context.remotePeer))
      throw refusal.error.rpcError
    } catch {
      throw FleetError(error).rpcError
    }
  }

  /// Runs a part of a call with its caller known, and writes down if that is refused what it asks for.
  private func serving<Value: Sendable>(
    _ caller: Caller, _ actor: String, _ context: ServerContext, _ body: () async throws -> Value
  ) async throws -> Value {
    do {
      return try await Caller.$current.withValue(caller) {
        try await Caller.$actor.withValue(actor) { try await body() }
      }
    } catch let error as FleetError where error.code == .denied {
      let kind = door == .enrolment ? "security.join" : "security.denied"
      await record.refused(
        RefusedCaller(kind: kind, actor: actor, error: error), from: PeerAddress.host(of: context.remotePeer))
      throw error
    }
  }

  private func caller(of context: ServerContext, _ metadata: Metadata) async throws -> (Caller, String) {
    switch door {
    case .local:
      guard let user = LocalPeer.user(in: metadata) else {
        throw FleetError(.denied, "the local socket does not tell who calls")
      }
      return (.localAdministrator, "uid:\(user)")
    case .enrolment: return (.anonymous, "address:\(PeerAddress.host(of: context.remotePeer))")
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
