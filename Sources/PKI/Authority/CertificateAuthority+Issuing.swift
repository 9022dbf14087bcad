internal import COpenSSL

extension CertificateAuthority {
  /// Issues a certificate for the key in a request, with the contents of the profile and nothing else from the request.
  ///
  /// It begins five minutes before `now` (seconds since 1970) and ends `lifetimeSeconds` after it, or with the
  /// authority if that is sooner. Throws `invalidValue` for another fleet's identity or an unusable time, `expired` or
  /// `notYetValid` when the authority itself isn't valid at `now`, `unsupportedKey` for the authority's own key.
  package func issue(
    _ request: CertificateRequest, profile: CertificateProfile, now: Int64, lifetimeSeconds: Int64
  ) throws -> Certificate {
    let identity = profile.identity
    guard identity.fleetID == fleetID else {
      throw PKIError(.invalidValue, "the identity \(identity) isn't of the authority's fleet \(fleetID)")
    }
    guard now <= certificate.notAfter else {
      throw PKIError(.expired, "the fleet's certificate authority has expired")
    }
    guard now >= certificate.notBefore else {
      throw PKIError(.notYetValid, "the fleet's certificate authority isn't valid yet")
    }
    guard !key.matches(request) else {
      throw PKIError(.unsupportedKey, "the request carries the authority's own key")
    }
    let draft = try CertificateDraft(
      serial: .random(from: random), notBefore: Self.beginning(now: now),
      notAfter: min(certificate.notAfter, CertificateTime.adding(lifetimeSeconds, to: now)))
    try draft.appendSubject(NID_organizationName, fleetID)
    try draft.appendSubject(NID_organizationalUnitName, identity.role.rawValue)
    try draft.appendSubject(NID_commonName, identity.id)
    try draft.setIssuer(certificate)
    try draft.setPublicKey(request)
    try draft.addExtension(NID_basic_constraints, "critical,CA:FALSE")
    // Not critical: libvirt 9 and QEMU 7 refuse a critical usage without keyEncipherment, which EC keys can't have.
    try draft.addExtension(NID_key_usage, "digitalSignature")
    switch identity.role {
    case .coordinator, .agent: try draft.addExtension(NID_ext_key_usage, "serverAuth,clientAuth")
    case .operator: try draft.addExtension(NID_ext_key_usage, "clientAuth")
    }
    try draft.addExtension(NID_subject_key_identifier, "hash")
    try draft.addExtension(NID_authority_key_identifier, "keyid:always", issuer: certificate)
    try draft.addNames(profile.names)
    return try draft.signed(by: key)
  }
}
