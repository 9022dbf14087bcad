import PKI

/// A fleet's authority and the certificates that tests ask of it.
struct TestFleet {
  static let now: Int64 = 1_800_000_000
  static let day: Int64 = 86_400

  let authority: CertificateAuthority

  init(_ fleetID: String = "f1", now: Int64 = TestFleet.now) throws {
    authority = try CertificateAuthority.create(
      fleetID: fleetID, name: "Roost \(fleetID.prefix(8))", now: now, random: SystemRandom())
  }

  func identity(_ role: FleetIdentity.Role, _ id: String) throws -> FleetIdentity {
    try FleetIdentity(fleetID: authority.fleetID, role: role, id: id)
  }

  /// A certificate for a new key, good for thirty days from `now`.
  func issue(
    _ role: FleetIdentity.Role, _ id: String = "h1", dnsNames: [String] = [], ipAddresses: [String] = [],
    now: Int64 = TestFleet.now, lifetimeSeconds: Int64 = 30 * TestFleet.day
  ) throws -> Certificate {
    try authority.issue(
      CertificateRequest.create(key: .generate(), commonName: "asked for"),
      profile: CertificateProfile(
        identity: identity(role, id), dnsNames: dnsNames, ipAddresses: ipAddresses),
      now: now, lifetimeSeconds: lifetimeSeconds)
  }
}

/// The code of the error that a closure throws; nil when it throws none, or another's.
func code(_ body: () throws -> Void) -> PKIError.Code? {
  do {
    try body()
    return nil
  } catch {
    return (error as? PKIError)?.code
  }
}
