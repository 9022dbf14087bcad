import Fleet
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import PKI
import RoostAPI
import SwiftASN1
import X509

/// Identifies the caller, checks the access table, records refusals, and translates every error into one that the wire
/// can carry.
struct CallerInterceptor: ServerInterceptor {
  /// An identified caller: its role, actor and certificate.
  struct Identified: Sendable {
    let caller: Caller
    /// The actor to record for the call.
    let actor: String
    /// The certificate's serial number; nil on a listener without client certificates.
    var serial: String?

    /// Whose calls and connections count as one's, however many certificates it has.
    var subject: String {
      if case .agent(let id) = caller { "host \(id)" } else { actor }
    }

    /// How many calls it may have under way.
    var callLimit: Int { caller.role == .agent ? LiveCalls.hostCallLimit : LiveCalls.callLimit }
  }

  let listener: ListenerKind
  let record: SecurityRecord
  /// The calls to end when their certificate is revoked.
  let calls: LiveCalls
  /// The connections of the link listener.
  let connections: ConnectionLimiter
  /// Identifies the caller of a valid client certificate, given in DER.
  let identify: @Sendable ([UInt8]) async throws -> Identified

  func intercept<Input: Sendable, Output: Sendable>(
    request: StreamingServerRequest<Input>, context: ServerContext,
    next: @Sendable (StreamingServerRequest<Input>, ServerContext) async throws -> StreamingServerResponse<Output>
  ) async throws -> StreamingServerResponse<Output> {
    do {
      let who = try await caller(of: context, request.metadata)
      if let serial = who.serial {
        try connections.bind(context.remotePeer, to: serial, of: who.subject)
        try calls.check(serial)
      }
      do {
        try AccessTable.check(who.caller.role, calls: context.descriptor.fullyQualifiedMethod)
      } catch {
        throw RefusedCaller(kind: .securityDenied, actor: who.actor, error: error)
      }
      let calls = calls
      var response = try await serving(who, context) {
        guard let serial = who.serial else { return try await next(request, context) }
        return try await calls.count(serial, of: who.subject, limit: who.callLimit) {
          try await next(request, context)
        }
      }
      if case .success(var contents) = response.accepted {
        // The producer runs after this function has returned, so the caller must be set again.
        let produce = contents.producer
        contents.producer = { writer in
          do {
            return try await serving(who, context) {
              guard let serial = who.serial else { return try await produce(writer) }
              return try await calls.serve(serial, of: who.subject, limit: who.callLimit) {
                try await produce(writer)
              }
            }
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

  /// Runs a part of a call with its caller set, and records a refusal.
  private func serving<Value: Sendable>(
    _ who: Identified, _ context: ServerContext, _ body: () async throws -> Value
  ) async throws -> Value {
    do {
      return try await Caller.$serial.withValue(who.serial) {
        try await Caller.$current.withValue(who.caller) {
          try await Caller.$actor.withValue(who.actor) { try await body() }
        }
      }
    } catch let error as FleetError where error.code == .denied {
      let kind: FleetEvent.Kind = listener == .enrolment ? .securityJoin : .securityDenied
      await record.refused(
        RefusedCaller(kind: kind, actor: who.actor, error: error), from: PeerAddress.host(of: context.remotePeer))
      throw error
    }
  }

  private func caller(of context: ServerContext, _ metadata: Metadata) async throws -> Identified {
    switch listener {
    case .local:
      guard let user = LocalPeer.user(in: metadata) else {
        throw FleetError(.denied, "the local socket does not tell who calls")
      }
      return Identified(caller: .localAdministrator, actor: "uid:\(user)")
    case .enrolment:
      return Identified(caller: .anonymous, actor: "address:\(PeerAddress.host(of: context.remotePeer))")
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

/// A refused caller with its claimed identity, for the record.
struct RefusedCaller: Error {
  /// The kind of the event, such as `security.revoked`.
  let kind: FleetEvent.Kind
  /// The actor of the event.
  let actor: String
  /// The error for the caller.
  let error: FleetError
}
