import Fleet
import PKI
import RoostProto
import Store
import SwiftProtobuf

extension EnrolmentService {
  /// What an earlier copy of a request to join came to; nil for a token that was not used yet.
  ///
  /// A join may be cut off after its token was used up and before the host has its certificate. The token's id stands
  /// for the request: the same machine with the same key gets the same certificate again, as long as the token would be
  /// good and the certificate is. To anybody else the token is used.
  /// - Throws: ``FleetError`` with code `denied` for a used token that is not this request's.
  func repeated(
    _ request: Roost_V1_JoinRequest, of tokenID: TokenID, secretHash: String, now: Timestamp,
    in transaction: FleetTransaction
  ) throws -> (host: Host, reply: Roost_V1_JoinResponse)? {
    guard let token = try transaction.usedToken(tokenID, secretHash: secretHash), let usedAt = token.usedAt else {
      return nil
    }
    let machine = try transaction.hosts().first { $0.machineID == request.machineUuid }
    if now < token.expiresAt, let machine, let earlier = try transaction.request(RequestID(tokenID.value)),
      let reply = try? Roost_V1_JoinResponse(serializedBytes: earlier.answer), reply.hostID == machine.id.description,
      let certificate = try? Certificate(pem: reply.certificatePem),
      let asked = try? CertificateRequest(pem: request.certificateRequestPem), asked.isForKey(of: certificate),
      try transaction.isRevoked(serial: certificate.serial.hex) == false
    {
      return (machine, reply)
    }
    let name =
      machine.map { " --name \($0.name.shellQuoted) --rejoin" }
      ?? token.hostName.map { " --name \($0.shellQuoted)" } ?? ""
    throw FleetError(
      .denied, "the token was used already, at \(usedAt)", hint: "make one: roost host token create\(name)")
  }
}
