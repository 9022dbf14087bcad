package import Fleet
import PKI

/// What a caller shows to the listener of the link: a certificate and its key.
package struct ClientCredentials: Sendable {
  package var certificatePEM: String
  package var keyPEM: String

  package init(certificatePEM: String, keyPEM: String) {
    self.certificatePEM = certificatePEM
    self.keyPEM = keyPEM
  }

  /// An operator's credentials of an authority that only pretends to be the fleet's.
  package static func forged(fleet: FleetID, now: Timestamp) throws -> ClientCredentials {
    let authority = try CertificateAuthority.create(
      fleetID: fleet.description, name: "Roost test", now: now.seconds, lifetimeSeconds: 86400, random: SystemRandom())
    let key = try PrivateKey.generate()
    let profile = try CertificateProfile(
      identity: FleetIdentity(fleetID: fleet.description, role: .operator, id: "mallory"))
    let certificate = try authority.issue(
      CertificateRequest.create(key: key, commonName: "mallory"), profile: profile, now: now.seconds,
      lifetimeSeconds: 3600)
    return ClientCredentials(certificatePEM: certificate.pem, keyPEM: try key.pem())
  }
}
