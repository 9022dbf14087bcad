import Fleet
import RoostAPI
import RoostProto
import Store
import SwiftProtobuf

extension HostsService {
  /// Revokes a host at once, whatever belongs to it and even while the fleet settles: its certificates are revoked,
  /// then its session, its calls and its connections end. Its row and its VMs stay; it returns with a new token.
  func revoke(_ request: Roost_V1_RevokeHostRequest) async throws -> Roost_V1_RevokeHostResponse {
    let write = try IdempotencyKey(id: request.requestID, body: request)
    if let earlier = try await store.earlier(write, as: .message) as Roost_V1_RevokeHostResponse? { return earlier }
    let view = await inventory.view
    let entry = try view.requiredHost(request.host)
    let id = entry.host.id
    let now = admission.clock.now()
    let outcome = try await store.carryOut(write, as: .message, at: now) { transaction in
      let present = try transaction.certificates(of: id.description).count { $0.revokedAt == nil }
      let serials = try transaction.revokeHost(id, at: now)
      guard let host = try transaction.host(id) else {
        throw FleetError(.notFound, "there is no host \"\(entry.host.name)\" any more")
      }
      try transaction.appendEvent(
        at: now, kind: .hostRevoked, subject: host.name,
        message: "host \(host.name) is cut off: \(present) certificates are revoked; its guests are not touched")
      var changed = entry
      changed.host = host
      changed.isConnected = false
      let answer = Roost_V1_RevokeHostResponse.with {
        $0.host = view.summary(of: changed).message
        $0.certificates = UInt32(clamping: present)
        // BOUNDED: calls that are open now.
        $0.calls = UInt32(clamping: serials.reduce(0) { $0 + calls.count(serial: $1) })
      }
      return (answer: answer, value: serials)
    }
    if let serials = outcome.value {
      calls.cut(serials: serials)
      await sessions.disconnect(id)
    }
    return outcome.answer
  }

  /// Disregards a host's claims about VMs, or regards them again.
  func disregard(_ request: Roost_V1_DisregardHostRequest) async throws -> Roost_V1_HostResponse {
    let write = try IdempotencyKey(id: request.requestID, body: request)
    if let earlier = try await store.earlier(write, as: .message) as Roost_V1_HostResponse? { return earlier }
    let view = await inventory.view
    let entry = try view.requiredHost(request.host)
    let now = admission.clock.now()
    let isDisregarded = request.disregarded
    return try await store.carryOut(write, answering: .message, at: now) { transaction in
      guard var host = try transaction.host(entry.host.id) else {
        throw FleetError(.notFound, "there is no host \"\(entry.host.name)\" any more")
      }
      if host.isDisregarded != isDisregarded {
        host.isDisregarded = isDisregarded
        try transaction.updateHost(host)
        try transaction.appendEvent(
          at: now, kind: isDisregarded ? .hostDisregarded : .hostRegarded, subject: host.name,
          message: isDisregarded
            ? "what host \(host.name) claims to run hinders no start, no adoption and no choice of an address any more"
            : "what host \(host.name) claims to run counts again")
      }
      var changed = entry
      changed.host = host
      return .with { $0.host = view.summary(of: changed).message }
    }
  }
}
