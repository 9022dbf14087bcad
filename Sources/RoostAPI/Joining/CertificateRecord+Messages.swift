package import Fleet
package import RoostProto

extension CertificateRecord: MessageDecodable {
  package init(_ message: Roost_V1_Certificate, at path: FieldPath) throws(FleetError) {
    self.init(
      serial: message.serial, subject: message.subject, role: message.role,
      issuedAt: try path.optionalMoment(message.issuedAt, "issued_at"),
      expiresAt: try path.moment(message.expiresAt, "expires_at"),
      revokedAt: try path.optionalMoment(message.revokedAt, "revoked_at"))
  }

  /// The certificate as the wire carries it.
  package var message: Roost_V1_Certificate {
    var result = Roost_V1_Certificate()
    result.serial = serial
    result.subject = subject
    result.role = role
    result.issuedAt = issuedAt?.milliseconds ?? 0
    result.expiresAt = expiresAt.milliseconds
    result.revokedAt = revokedAt?.milliseconds ?? 0
    return result
  }
}

extension TokenRecord: MessageDecodable {
  package init(_ message: Roost_V1_JoinToken, at path: FieldPath) throws(FleetError) {
    self.init(
      id: try path.id(message.id, "id"), hostName: message.host.isEmpty ? nil : message.host,
      isForRejoining: message.rejoin, createdAt: try path.moment(message.createdAt, "created_at"),
      expiresAt: try path.moment(message.expiresAt, "expires_at"),
      usedAt: try path.optionalMoment(message.usedAt, "used_at"),
      revokedAt: try path.optionalMoment(message.revokedAt, "revoked_at"), actor: message.actor)
  }

  /// The token as the wire carries it, without its secret.
  package var message: Roost_V1_JoinToken {
    var result = Roost_V1_JoinToken()
    result.id = id.description
    result.host = hostName ?? ""
    result.rejoin = isForRejoining
    result.createdAt = createdAt.milliseconds
    result.expiresAt = expiresAt.milliseconds
    result.usedAt = usedAt?.milliseconds ?? 0
    result.revokedAt = revokedAt?.milliseconds ?? 0
    result.actor = actor
    return result
  }
}
