public import Fleet
public import RoostProto

extension CertificateRecord: MessageDecodable {
  public init(_ message: Roost_V1_Certificate, at path: FieldPath) throws(FleetError) {
    self.init(
      serial: message.serial, subject: message.subject, role: message.role,
      issuedAt: try path.optionalMoment(message.issuedAt, "issued_at"),
      expiresAt: try path.moment(message.expiresAt, "expires_at"),
      revokedAt: try path.optionalMoment(message.revokedAt, "revoked_at"))
  }

  /// The certificate as the wire carries it.
  public var message: Roost_V1_Certificate {
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
